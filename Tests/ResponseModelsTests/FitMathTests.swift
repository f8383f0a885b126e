import Foundation
import Testing

@testable import ResponseModels

@Suite("The parts of the fit")
struct FitMathTests {
  private func evaluate(
    _ shape: ResponseShape, _ parameters: [Double], _ x: Double
  ) -> (step: Double, slope: Double) {
    parameters.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map {
        StepFunction(shape: shape, parameters: $0, count: buffer.count)(x)
      } ?? (.nan, .nan)
    }
  }

  @Test(
    "The slope of a step is its derivative",
    arguments: [
      (ResponseShape.linear, [0.3, 0.2]), (.exponential, [0.3, 0.1, 2.0]),
      (.exponential, [0.3, 0.1, -3.0]), (.exponential, [0.3, 0.1, 5e-4]),
      (.power, [0.3, 0.7, 0.4]), (.power, [0.3, 0.2, 0.1]), (.piecewise, [0.4, 0.1, 0.3, 0.0]),
    ])
  func slopes(shape: ResponseShape, parameters: [Double]) {
    for x in [-0.91, -0.2, 0.11, 0.57] {
      let width = 1e-6
      let below = evaluate(shape, parameters, x - width).step
      let above = evaluate(shape, parameters, x + width).step
      #expect(abs((above - below) / (2 * width) - evaluate(shape, parameters, x).slope) < 1e-7)
    }
  }

  @Test("The series of the exponential joins its closed form")
  func seriesJoins() {
    for x in [-1.5, -0.3, 0.8] {
      let below = evaluate(.exponential, [0.3, 0.2, 0.999_999e-3], x)
      let above = evaluate(.exponential, [0.3, 0.2, 1.000_001e-3], x)
      #expect(abs(below.step - above.step) < 1e-9)
      #expect(abs(below.slope - above.slope) < 1e-9)
    }
  }

  @Test(
    "The published parameters give the same step as the internal ones",
    arguments: [PulseDirection.up, .down])
  func publishedForms(direction: PulseDirection) {
    let (middle, half) = (0.3, 1.7)
    let sign = direction.sign
    let end = direction == .up ? "Up" : "Down"
    func side(_ shape: ResponseShape, _ coefficients: [Double]) -> (ResponseSide, [String: Double])
    {
      let side = ResponseSide(
        direction: direction, shape: shape, middle: middle, half: half, coefficients: coefficients)
      return (side, Dictionary(uniqueKeysWithValues: side.parameters().map { ($0.name, $0.value) }))
    }
    for weight in [-1.2, 0.1, 1.5] {
      let (line, l) = side(.linear, [0.02, 0.011])
      let a = l["a" + end] ?? .nan
      let s = l["s" + end] ?? .nan
      #expect(abs(line.step(at: weight) - (a - sign * s * weight)) < 1e-12)
      #expect(abs(line.step(at: l["b" + end] ?? .nan)) < 1e-12)
      let (curve, c) = side(.exponential, [0.02, 0.008, 1.3])
      let c0 = c["c0" + end] ?? .nan
      let c1 = c["c1" + end] ?? .nan
      let c2 = c["c2" + end] ?? .nan
      let exponential = max(0, c0 - c1 * exp(sign * c2 * weight))
      #expect(abs(curve.step(at: weight) - exponential) < 1e-12)
      let (law, p) = side(.power, [0.02, 1.1, 0.8])
      let k = p["k" + end] ?? .nan
      let b = p["b" + end] ?? .nan
      let g = p["g" + end] ?? .nan
      #expect(abs(law.step(at: weight) - k * pow(sign * (b - weight) / (2 * half), g)) < 1e-12)
    }
    let (table, t) = side(.piecewise, [0.01, 0.03, 0.02])
    #expect(abs(table.step(at: middle - half) - (t["step0" + end] ?? .nan)) < 1e-12)
    #expect(abs(table.step(at: middle + half) - (t["step2" + end] ?? .nan)) < 1e-12)
  }

  @Test("Only a crossing that alternating pulses approach is a symmetric point")
  func crossing() {
    func side(_ direction: PulseDirection, _ coefficients: [Double]) -> ResponseSide {
      ResponseSide(
        direction: direction, shape: .linear, middle: 0, half: 1, coefficients: coefficients)
    }
    // Up 0.2 - 0.1 x and down 0.1 + 0.3 x meet at 0.25; the down side is mirrored.
    let point = SymmetricCrossing.find(up: side(.up, [0.2, 0.1]), down: side(.down, [0.1, 0.3]))
    #expect(abs(point - 0.25) < 1e-12)
    let unstable = SymmetricCrossing.find(
      up: side(.up, [0.2, -0.1]), down: side(.down, [0.2, -0.3]))
    #expect(unstable.isInfinite)
    #expect(
      SymmetricCrossing.find(up: side(.up, [0.1, 0]), down: side(.down, [0.2, 0])) == -.infinity)
    #expect(
      SymmetricCrossing.find(up: side(.up, [0.2, 0]), down: side(.down, [0.1, 0])) == .infinity)
  }

  @Test("The simplest shape within one standard error is chosen")
  func choice() {
    let good = [1.0, 1.2, 0.9, 1.1]
    let slightly = [0.99, 1.15, 0.95, 1.05]
    let worse = good.map { $0 - 0.5 }
    #expect(CrossValidation.choose([(.linear, slightly), (.exponential, good)]) == 0)
    #expect(CrossValidation.choose([(.linear, worse), (.exponential, good)]) == 1)
    #expect(
      CrossValidation.choose([(.linear, worse), (.exponential, slightly), (.power, good)]) == 2)
    #expect(CrossValidation.choose([(.exponential, good), (.piecewise, good)]) == 0)
  }

  @Test("Infinite replicates make an interval unbounded on their side, and never NaN")
  func infiniteReplicates() {
    let values = (0..<95).map(Double.init) + [Double](repeating: .infinity, count: 5)
    let found = IntervalRule.reflected.interval(50, values)
    #expect(found.high == .infinity)
    #expect(found.low.isFinite && found.low < 5)
    let all = IntervalRule.percentile.interval(.infinity, [.infinity, .infinity, -.infinity])
    #expect(all.low == -.infinity && all.high == .infinity)
  }

  @Test("Held-out blocks are contiguous, disjoint, and leave the start alone")
  func blocks() {
    let curve = PulseCurve(branches: [
      .init(direction: .up, states: (0..<31).map { Double($0) / 15 - 1 })
    ])
    let series = FitSeries(curve, .up, middle: 0, half: 1)
    var seen = [Int](repeating: 0, count: 31)
    for fold in 0..<5 {
      let roles = series.holdingOut(fold: fold, of: 5).roles
      let held = roles.indices.filter { roles[$0] == FitSeries.Role.heldOut }
      #expect(held.last.map { last in held.first.map { last - $0 + 1 } } == held.count)
      for index in held { seen[index] += 1 }
    }
    #expect(seen.prefix(5).allSatisfy { $0 == 0 })
    #expect(seen.dropFirst(5).allSatisfy { $0 == 1 })
  }
}
