import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

/// What half-selected cells and waiting cells do, against a plain loop over the slots in double precision.
@Suite struct DisturbTests {
  /// A slot as the lines see it: some rows and some columns of the tile are selected, for one polarity.
  struct Slot {
    var rows: Set<Int>, columns: Set<Int>
    var direction: PulseDirection
  }

  static let rows = 5, columns = 19
  static let region = CellRegion(rows: 1..<4, columns: 2..<18)
  static let rowLines = [
    BitLine(slots: [0, 3]), BitLine(isNegative: true, slots: [1, 2, 3]), BitLine(slots: [1]),
  ]
  static let columnLines = (0..<16).map { BitLine(isNegative: $0 % 3 == 0, slots: [$0 % 4, 3]) }
  static let counts = (0..<48).map { Int16(($0 * 7) % 11 - 5) }
  static let patterns: [PulseTrain.Pattern] = [
    .uniform(.up, count: 6), .alternating(pairs: 3), .counts(counts), .uniform(.down, count: 4),
    .outerProduct(rowLines: rowLines, columnLines: columnLines, slots: 4),
  ]

  /// The slots of a step, by the words of the contract.
  static func slots(of pattern: PulseTrain.Pattern, step: Int) -> [Slot] {
    let (allRows, allColumns) = (Set(1..<4), Set(2..<18))
    switch pattern {
    case .uniform(let polarity, _):
      return [
        Slot(rows: allRows, columns: allColumns, direction: polarity == .up ? .up : .down)
      ]
    case .alternating:
      return [
        Slot(rows: allRows, columns: allColumns, direction: step % 2 == 0 ? .up : .down)
      ]
    case .counts(let counts):
      return (0..<3).flatMap { row in
        [PulseDirection.up, .down].compactMap { direction -> Slot? in
          let fired = (0..<16).filter {
            let count = Int(counts[row * 16 + $0])
            return (count > 0) == (direction == .up) && abs(count) > step
          }
          return fired.isEmpty
            ? nil : Slot(rows: [row + 1], columns: Set(fired.map { $0 + 2 }), direction: direction)
        }
      }
    case .outerProduct(let rowLines, let columnLines, _):
      return [false, true].flatMap { row in
        [false, true].map { column in
          Slot(
            rows: Set(
              rowLines.indices.filter {
                rowLines[$0].isNegative == row && rowLines[$0].fires(in: step)
              }.map { $0 + 1 }),
            columns: Set(
              columnLines.indices.filter {
                columnLines[$0].isNegative == column && columnLines[$0].fires(in: step)
              }.map { $0 + 2 }),
            direction: row == column ? .up : .down)
        }
      }
    }
  }

  static func settings(
    _ model: DeviceModel, disturb: Double = 0, relaxation: Double = 0
  ) -> SimulatorSettings {
    var settings = SimulatorSettings(device: DeviceDescription(name: "test", model: model))
    (settings.rows, settings.columns, settings.noise) = (rows, columns, false)
    (settings.halfSelectDisturb, settings.relaxation) = (disturb, relaxation)
    return settings
  }

  /// 20 steps with up to 30 exposures each of a twentieth of a step, and a relaxation by some percent: one unit in the
  /// last place of single precision for each pulse, and steps in single precision, stay below 1e-5.
  @Test(arguments: KernelTests.models.indices, [BiasScheme.halfVoltage, .thirdVoltage, .floating])
  func cellsFollowAPlainLoop(index: Int, scheme: BiasScheme) async throws {
    var model = KernelTests.models[index]
    (model.reset, model.resetStd, model.writeNoiseStd) = (0.1, 0, 0)
    let (disturb, rate) = (0.05, 50.0)
    let device = try SimulatedCrossbar(Self.settings(model, disturb: disturb, relaxation: rate))
    let whole = device.capabilities.whole()
    let cells = try await device.hiddenParameters(of: whole).cells
    model = model.resolved
    var weights = try await device.states(of: whole).map(Double.init)
    let period = device.capabilities.nominalShape.period.seconds.value
    // The voltage is a third: exponential steps.
    let part = scheme == .thirdVoltage ? pow(disturb, 4.0 / 3) : disturb
    func held(_ weight: Double, _ cell: Cell) -> Double {
      let shift = model.kind.hasReference ? cell.reference : 0
      return max(cell.minBound, min(cell.maxBound, weight + shift)) - shift
    }
    for pattern in Self.patterns {
      let train = PulseTrain(
        region: Self.region, pattern: pattern, shape: device.capabilities.nominalShape,
        scheme: scheme, cause: .manual)
      _ = try await device.apply(train)
      for step in 0..<train.steps {
        let slots = Self.slots(of: pattern, step: step)
        for cell in weights.indices {
          let (row, column) = cell.quotientAndRemainder(dividingBy: Self.columns)
          var felt: [PulseDirection: Double] = [:]
          for slot in slots {
            let (isRow, isColumn) = (slot.rows.contains(row), slot.columns.contains(column))
            if isRow && isColumn {
              weights[cell] = model.pulsed(slot.direction, from: weights[cell], of: cells[cell])
            } else if isRow || isColumn {
              felt[slot.direction, default: 0] += part
            } else if scheme == .thirdVoltage {
              felt[slot.direction == .up ? .down : .up, default: 0] += part
            }
          }
          let weight = weights[cell]
          let time = period * Double(slots.count)
          weights[cell] = held(
            weight + (felt[.up] ?? 0) * model.step(.up, at: weight, of: cells[cell])
              - (felt[.down] ?? 0) * model.step(.down, at: weight, of: cells[cell])
              - (1 - exp(-rate * time)) * (weight - cells[cell].resetBias), cells[cell])
        }
      }
      let found = try await device.states(of: whole)
      for cell in weights.indices {
        #expect(abs(Double(found[cell]) - weights[cell]) < 1e-5, "\(pattern.self) cell \(cell)")
      }
      // No error is carried on to the next pattern.
      weights = found.map(Double.init)
    }
  }

  /// Ten thousand exposures of 1e-8 are 1e-4, to one part in a thousand; added one by one in single precision to 0.5 they
  /// would be nothing.
  @Test func exposuresBelowThePrecisionOfAStateAddUp() async throws {
    var model = DeviceModel(.constantStep)
    (model.dwMin, model.dwMinDtod, model.wMaxDtod, model.wMinDtod) = (1e-4, 0, 0, 0)
    (model.wMax, model.wMin, model.upDownDtod) = (1, -1, 0)
    var settings = Self.settings(model, disturb: 1e-4)
    settings.start = 0.5
    let device = try SimulatedCrossbar(settings)
    _ = try await device.apply(
      PulseTrain(
        region: .cell(row: 0, column: 0), pattern: .uniform(.down, count: 10_000),
        shape: device.capabilities.nominalShape, cause: .manual))
    let states = try await device.states(of: device.capabilities.whole())
    // The same row, the same column, and neither.
    #expect(abs(Double(states[1]) - (0.5 - 1e-4)) < 1e-7)
    #expect(abs(Double(states[Self.columns]) - (0.5 - 1e-4)) < 1e-7)
    #expect(states[Self.columns + 1] == 0.5)
  }

  private func noisy(threads: Int = 1) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-sb")))
    (settings.rows, settings.columns, settings.threads) = (40, 50, threads)
    (settings.halfSelectDisturb, settings.relaxation) = (0.01, 20)
    return try SimulatedCrossbar(settings)
  }

  private func train(
    _ pattern: PulseTrain.Pattern, on device: SimulatedCrossbar, _ region: CellRegion
  ) -> PulseTrain {
    PulseTrain(
      region: region, pattern: pattern, shape: device.capabilities.nominalShape, cause: .manual)
  }

  @Test func theSameBitsOnAnyNumberOfThreadsAndHoweverATrainIsSplit() async throws {
    let region = CellRegion(rows: 3..<39, columns: 1..<49)
    let counts = (0..<region.count).map { Int16(($0 * 13) % 23 - 11) }
    var found: [[Float]] = []
    for threads in [1, 2, 7] {
      let device = try noisy(threads: threads)
      _ = try await device.apply(train(.counts(counts), on: device, region))
      _ = try await device.apply(train(.uniform(.up, count: 9), on: device, region))
      found.append(try await device.states(of: device.capabilities.whole()))
    }
    #expect(found[0] == found[1] && found[0] == found[2])
    let split = try noisy()
    let map = train(.counts(counts), on: split, region)
    for steps in [0..<3, 3..<4, 4..<11] {
      let part = map.first(steps: steps.upperBound)
      for train in steps.lowerBound == 0 ? [part] : part.rest(after: steps.lowerBound) {
        _ = try await split.apply(train)
      }
    }
    for count in [4, 5] {
      _ = try await split.apply(train(.uniform(.up, count: count), on: split, region))
    }
    #expect(try await split.states(of: split.capabilities.whole()) == found[0])
  }

  @Test func wherePulsesExposeNothingNothingMoves() async throws {
    for (scheme, region) in [
      (BiasScheme.isolated, Self.region),
      (.halfVoltage, CellRegion(rows: 0..<5, columns: 0..<19)),
    ] {
      var states: [[Float]] = []
      for disturb in [0, 0.1] {
        var settings = Self.settings(try Preset.named("low-noise").model, disturb: disturb)
        settings.noise = true
        let device = try SimulatedCrossbar(settings)
        _ = try await device.apply(
          PulseTrain(
            region: region, pattern: .alternating(pairs: 20),
            shape: device.capabilities.nominalShape, scheme: scheme, cause: .manual))
        states.append(try await device.states(of: device.capabilities.whole()))
      }
      #expect(states[0] == states[1])
    }
  }
}
