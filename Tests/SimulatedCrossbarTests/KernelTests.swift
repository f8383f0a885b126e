import CrossbarKernels
import DeviceContract
import Foundation
import PhysicalUnits
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct KernelTests {
  /// The numbers of the kernels are Box-Muller of Philox words, computed here a second way in double
  /// precision; single precision and polynomials leave 2e-6.
  @Test func gaussiansAreThoseOfPhilox() {
    var random = RandomStream(seed: 99)
    for _ in 0..<500 {
      let key = SIMD2(UInt32.random(in: 0...(.max), using: &random), 77)
      let (row, column) = (UInt32(random.integer(below: 4096)), UInt32(random.integer(below: 4000)))
      let (ordinal, purpose) = (UInt32(random.integer(below: 1 << 20)), UInt32(2))
      let words = Philox.words(
        counter: Philox.Words(row << 16 + column, ordinal >> 2, 3 << 8 | purpose, 5), key: key)
      let pair = Int(ordinal >> 1 & 1)
      let (a, b) = (words[2 * pair], words[2 * pair + 1])
      let u = (Double(Float(a >> 1)) + 0.5) * 0x1p-31
      let radius = (-2 * log(u)).squareRoot()
      let part = Double((b >> 6) & 0xff_ffff) * 0x1p-24 - 0.5
      let angle = (Double(b >> 30) + part) * Double.pi / 2
      let expected = ordinal & 1 == 0 ? radius * cos(angle) : radius * sin(angle)
      let found = crossbar_gaussian(key[0], key[1], 3, purpose, row, column, ordinal, 5)
      #expect(abs(Double(found) - expected) < 2e-6 * max(1, abs(expected)))
    }
  }

  /// Moments of 400,000 numbers within 4.5 standard errors (false alarm 7e-6 each), and the largest
  /// beyond 4.2, which a table of 32,768 entries could not give.
  @Test func gaussiansAreNormal() {
    var sums = (0.0, 0.0, 0.0, 0.0), largest = 0.0
    let count = 400_000
    for index in 0..<count {
      let x = Double(
        crossbar_gaussian(
          12, 34, 0, 0, UInt32(index % 64), UInt32(index / 64 % 64), UInt32(index / 4096), 0)
      )
      sums.0 += x
      sums.1 += x * x
      sums.2 += x * x * x
      sums.3 += x * x * x * x
      largest = max(largest, abs(x))
    }
    let n = Double(count)
    #expect(abs(sums.0 / n) < 4.5 * (1 / n).squareRoot())
    #expect(abs(sums.1 / n - 1) < 4.5 * (2 / n).squareRoot())
    #expect(abs(sums.2 / n) < 4.5 * (15 / n).squareRoot())
    #expect(abs(sums.3 / n - 3) < 4.5 * (96 / n).squareRoot())
    #expect(largest > 4.2)
  }

  /// One device of every kind, with every feature that changes its step.
  static var models: [DeviceModel] {
    var models = ResponseKind.allCases.map { kind in
      var model = DeviceModel(kind)
      (model.dwMin, model.wMax, model.wMin) = (0.02, 1, -0.8)
      (model.upDown, model.upDownDtod) = (0.1, 0.05)
      (model.referenceMean, model.referenceStd) = (0.1, 0.05)
      (model.gammaUp, model.gammaDown) = kind == .linearStep ? (0.4, 0.6) : (1, 1)
      model.powGamma = 1.6
      model.powUpDown = 0.2
      (model.expA, model.expB, model.expGammaUp, model.expGammaDown) = (0.3, -0.1, 3, 2.5)
      (model.expAUp, model.expADown) = (0.2, 0.3)
      model.piecewiseUp = [1.2, 1.1, 0.7, 0.6, 0.1]
      model.piecewiseDown = [0.1, 0.5, 0.8, 1.3, 1.4]
      return model
    }
    for kind in [ResponseKind.linearStep, .softBoundsReference] {
      var other = DeviceModel(kind)
      (other.dwMin, other.wMax, other.wMin) = (0.02, 1, -0.8)
      (other.gammaUp, other.gammaDown) = (0.4, 0.6)
      other.multNoise.toggle()
      models.append(other)
    }
    var complex = DeviceModel(.expStep)
    (complex.dwMin, complex.wMax, complex.wMin) = (0.02, 1, -0.8)
    (complex.dwMinStdAdd, complex.dwMinStdSlope) = (0.02, 0.05)
    return models + [complex]
  }

  /// Every pulse of the kernels, noise and all, against the equations in double precision: up, down,
  /// alternating and counts on 3 x 19 cells, so that vectors are full and not.
  @Test(arguments: models.indices)
  func kernelsFollowTheEquations(index: Int) async throws {
    var settings = SimulatorSettings(
      device: DeviceDescription(name: "test", model: Self.models[index]))
    (settings.rows, settings.columns, settings.seed) = (3, 19, 8)
    (settings.readNoise, settings.converterBits) = (0, 0)
    settings.device.model.writeNoiseStd = 0
    let device = try SimulatedCrossbar(settings)
    let region = device.capabilities.whole()
    let cells = try await device.hiddenParameters(of: region).cells
    let words = Philox.words(
      counter: Philox.Words(0x6e6f_6973, 0, 0, 0), key: SIMD2(UInt32(8), 0))
    var weights = try await device.states(of: region).map(Double.init)
    var ordinals = Array(repeating: UInt32(0), count: region.count)
    let model = settings.device.model.resolved
    func pulse(_ cell: Int, _ direction: PulseDirection) {
      let draw = crossbar_gaussian(
        words[0], words[1], 0, 0, UInt32(cell / 19), UInt32(cell % 19), ordinals[cell], 0)
      weights[cell] = model.pulsed(
        direction, from: weights[cell], of: cells[cell], draw: Double(draw))
      ordinals[cell] += 1
    }
    let counts = (0..<region.count).map { Int16($0 % 9 - 4) }
    let patterns: [PulseTrain.Pattern] = [
      .uniform(.up, count: 7), .counts(counts), .alternating(pairs: 9), .uniform(.down, count: 30),
      .counts(counts.map { -3 * $0 }), .alternating(pairs: 2),
    ]
    for pattern in patterns {
      _ = try await device.apply(
        PulseTrain(
          region: region, pattern: pattern, shape: device.capabilities.nominalShape, cause: .manual)
      )
      for cell in 0..<region.count {
        switch pattern {
        case .uniform(let polarity, let count):
          for _ in 0..<count { pulse(cell, polarity == .up ? .up : .down) }
        case .alternating(let pairs):
          for _ in 0..<pairs {
            pulse(cell, .up)
            pulse(cell, .down)
          }
        case .counts(let counts):
          for _ in 0..<abs(Int(counts[cell])) { pulse(cell, counts[cell] > 0 ? .up : .down) }
        case .outerProduct: break
        }
      }
      let states = try await device.states(of: region)
      for cell in 0..<region.count {
        // 60 pulses in single precision.
        #expect(abs(Double(states[cell]) - weights[cell]) < 3e-6, "\(model.kind), cell \(cell)")
      }
    }
  }

  /// An outer product is the same as its coincidences fired one after the other, cell by cell.
  @Test func outerProductsAreTheirCoincidences() async throws {
    let model = DeviceDescription(try Preset.named("reram-sb"))
    var settings = SimulatorSettings(device: model)
    (settings.rows, settings.columns, settings.seed) = (6, 21, 5)
    let both = [try SimulatedCrossbar(settings), try SimulatedCrossbar(settings)]
    let region = CellRegion(rows: 1..<5, columns: 2..<20)
    var random = RandomStream(seed: 3)
    let rows = (0..<4).map { _ in
      BitLine(stochastic: random.uniform(-1, 1), slots: 67, using: &random)
    }
    let columns = (0..<18).map { _ in
      BitLine(stochastic: random.uniform(-1, 1), slots: 67, using: &random)
    }
    let train = PulseTrain(
      region: region, pattern: .outerProduct(rowLines: rows, columnLines: columns, slots: 67),
      shape: both[0].capabilities.nominalShape, cause: .train)
    let receipt = try await both[0].apply(train)
    #expect(receipt.fired.all > 100)
    let counts = train.cellCounts
    var single = train
    single.pattern = .counts(zip(counts.up, counts.down).map { Int16($0) - Int16($1) })
    _ = try await both[1].apply(single)
    let whole = both[0].capabilities.whole()
    #expect(try await both[0].states(of: whole) == both[1].states(of: whole))
    #expect(try await both[0].odometer(of: whole) == both[1].odometer(of: whole))
  }
}
