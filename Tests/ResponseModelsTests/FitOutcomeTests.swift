import Foundation
import ResponseModels
import Testing

@Suite("What the data determine")
struct FitOutcomeTests {
  @Test("A short branch is a named lack of data")
  func shortBranch() {
    let curve = PulseCurve(branches: [
      .init(direction: .up, states: [0, 0.1, 0.2]), .init(direction: .down, states: [0.2, 0.1]),
    ])
    let fit = ResponseFitter(replicates: 5).fit(curve)
    #expect(fit.chosenShape == nil)
    #expect(fit.candidates.isEmpty)
    #expect(fit.symmetricPoint.estimate == nil)
    #expect(fit.notEnoughData.map(\.quantity).contains("symmetric point"))
    #expect(fit.notEnoughData.allSatisfy { $0.reason.contains("8") })
  }

  @Test("States that never change are a named lack of data")
  func constantStates() {
    let states = [Double](repeating: 0.3, count: 20)
    let fit = ResponseFitter(replicates: 5).fit(
      PulseCurve(branches: [.init(direction: .up, states: states)]))
    #expect(fit.granularity.reason?.contains("equal") == true)
  }

  @Test("An absent direction leaves the other one determined")
  func oneDirection() {
    print("seed 3")
    let both = FitCurves.linear(0.02).draw(80, stepNoise: 0.001, noise: 0.002, seed: 3)
    let fit = ResponseFitter(replicates: 20, shapes: [.linear]).fit(
      PulseCurve(branches: both.branches.filter { $0.direction == .up }))
    #expect(fit.symmetricPoint.reason?.contains("down") == true)
    #expect(fit.meanDownStep.estimate == nil)
    #expect(fit.meanUpStep.estimate != nil)
    // Over 100 seeds the step scattered by 0.54 %: five deviations, false alarm 6e-7.
    #expect(abs((fit.granularity.value ?? 0) / 0.02 - 1) < 0.027)
    #expect(fit.downStep(at: 0) == nil)
    #expect(fit.upStep(at: 0) != nil)
  }

  @Test("A cell that does not respond has no symmetric point and no granularity")
  func noResponse() {
    let seed: UInt64 = 5
    print("seed \(seed)")
    let still = FitCurves(up: { _ in 0 }, down: { _ in 0 }, start: 0, turn: 0)
    let fit = ResponseFitter(replicates: 60, seed: seed, shapes: [.linear]).fit(
      still.draw(60, stepNoise: 0.01, noise: 0.05, seed: seed))
    // Each direction is taken to move by chance with about 2.5 %; both have to do so to
    // give a symmetric point: false alarm below 1 % of the seeds.
    #expect(fit.symmetricPoint.estimate == nil)
    #expect(fit.granularity.estimate == nil)
    #expect(fit.relativeStepNoise.estimate == nil)
    #expect(fit.meanUpStep.reason?.contains("zero") == true || fit.meanDownStep.estimate == nil)
    #expect(fit.observationNoise.estimate != nil)
  }

  @Test("Responses that do not cross in the window have no symmetric point")
  func noCrossing() {
    let curves = FitCurves(up: { _ in 0.01 }, down: { _ in 0.02 })
    let fit = ResponseFitter(replicates: 10, shapes: [.linear]).fit(
      curves.draw(60, stepNoise: 0, noise: 1e-4, seed: 2))
    #expect(fit.symmetricPoint.reason?.isEmpty == false)
    #expect(fit.granularity.estimate != nil)
  }

  @Test("The result survives JSON, infinite ends included")
  func json() throws {
    let fit = ResponseFitter(replicates: 10, shapes: [.linear]).fit(
      FitCurves(up: { _ in 0.01 }, down: { _ in 0.01 }).draw(
        50, stepNoise: 0.001, noise: 0.01, seed: 4))
    let data = try JSONEncoder().encode(fit)
    #expect(try JSONDecoder().decode(ResponseFit.self, from: data) == fit)
    let open = Estimate(value: 1, low: -.infinity, high: .infinity)
    let copy = try JSONDecoder().decode(Estimate.self, from: JSONEncoder().encode(open))
    #expect(copy == open)
    #expect(!copy.isBounded)
  }

  @Test("The result does not depend on the number of threads")
  func threads() {
    let curve = FitCurves.linear(0.02).draw(60, stepNoise: 0.005, noise: 0.01, seed: 9)
    let one = ResponseFitter(replicates: 12, shapes: [.linear], threads: 1).fit(curve)
    let three = ResponseFitter(replicates: 12, shapes: [.linear], threads: 3).fit(curve)
    #expect(one == three)
  }

  @Test("A forced shape is the only candidate", arguments: ResponseShape.allCases)
  func forced(shape: ResponseShape) {
    print("seed 6")
    let curve = FitCurves.linear(0.02).draw(60, stepNoise: 0.002, noise: 0.01, seed: 6)
    let fit = ResponseFitter(replicates: 10, shapes: [shape]).fit(curve)
    #expect(fit.chosenShape == shape)
    #expect(fit.candidates.map(\.shape) == [shape])
    #expect(fit.chosen?.scoreBelowBest == 0)
    #expect((fit.chosen?.table(.up) != nil) == (shape == .piecewise))
    // Every shape can take the form of this line. Over 100 seeds the steps scattered by 1.3 %
    // (line) to 2.5 % (table), so that 12 % is 4.8 deviations at least: false alarm below 1e-5.
    #expect(abs((fit.upStep(at: 0) ?? 0) / 0.02 - 1) < 0.12)
    #expect(abs((fit.downStep(at: 0) ?? 0) / 0.022 - 1) < 0.12)
  }

  @Test("The table holds one state a pulse of both mean curves, over the whole window")
  func table() throws {
    let line = FitCurves.linear(0.02)
    let fit = ResponseFitter(replicates: 5, shapes: [.linear]).fit(
      line.draw(60, stepNoise: 0, noise: 0, seed: 1))
    let text = try #require(fit.piecewiseTableCSV())
    let again = try PulseCurve(text: text, source: "table")
    let up = try #require(again.branches.first).states
    let down = try #require(again.branches.last).states
    #expect(up.count == down.count)
    let first = try #require(up.firstIndex { abs($0 - fit.low) < 1e-8 })
    let top = try #require(down.firstIndex { abs($0 - fit.high) < 1e-8 })
    // The shorter column is filled up before the window, where aihwkit's histogram does not count.
    #expect(min(first, top) == 0)
    let ends = (low: max(up.min() ?? 0, down.min() ?? 0), high: min(up.max() ?? 0, down.max() ?? 0))
    #expect(up.prefix(first).allSatisfy { $0 < ends.low })
    #expect(down.prefix(top).allSatisfy { $0 > ends.high })
    for index in first..<(up.count - 1) {
      #expect(abs(up[index + 1] - up[index] - line.up(up[index])) < 1e-7)
    }
    for index in top..<(down.count - 1) {
      #expect(abs(down[index] - down[index + 1] - line.down(down[index])) < 1e-7)
    }
    #expect((up.last ?? 0) >= fit.high && (down.last ?? 0) <= fit.low)
  }
}
