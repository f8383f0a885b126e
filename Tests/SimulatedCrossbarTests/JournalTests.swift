import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import Synchronization
import Testing

@testable import SimulatedCrossbar

@Suite struct JournalTests {
  private func chip(_ isDurable: Bool, _ scratch: Scratch) throws -> SimulatedCrossbar {
    try SimulatedCrossbar(chipSettings(tiles: 2, state: isDurable ? scratch.path("chip") : nil))
  }

  @Test(arguments: [false, true])
  func aNumberIsUsedOnce(isDurable: Bool) async throws {
    let scratch = try Scratch()
    let chip = try chip(isDurable, scratch)
    let train = chip.train(.uniform(.up, count: 3))
    let receipt = try await chip.apply(train, number: 1)
    for number in [0, 1, 3, UInt64.max] {
      let before = try await ChipState(chip)
      let error = await #expect(throws: DeviceError.self) {
        try await chip.apply(train, number: number)
      }
      #expect(error?.code == .refused && error?.fired == 0...0)
      #expect(error?.explanation.contains("expects train 2 ") == true)
      #expect(error?.explanation.contains("given train \(number);") == true)
      #expect(try await ChipState(chip) == before)
    }
    let outcome = try #require(try await chip.outcome(of: 1))
    #expect(outcome.number == 1 && outcome.digest == train.digest && outcome.steps == 3)
    #expect(outcome.fired == receipt.fired && outcome.uncertain == 0)
    #expect(outcome.clock == receipt.clock)
    #expect(try await chip.outcome(of: 0) == nil)
    #expect(try await chip.outcome(of: 2) == nil)
  }

  /// A train that cannot be fired uses its number up, also one that has not even bytes.
  @Test(arguments: [false, true])
  func aRefusedTrainUsesItsNumber(isDurable: Bool) async throws {
    let scratch = try Scratch()
    let chip = try chip(isDurable, scratch)
    var strong = chip.train(.uniform(.up, count: 3))
    strong.shape.amplitude = Volts(9)
    let trains = [
      strong, chip.train(.uniform(.down, count: -1)),
      chip.train(.uniform(.up, count: 1), on: CellRegion(rows: Row(-2)..<1, columns: 0..<1)),
      chip.train(.outerProduct(rowLines: [BitLine(slots: [9])], columnLines: [], slots: 2)),
    ]
    for (place, train) in trains.enumerated() {
      let number = UInt64(place + 1)
      let error = await #expect(throws: DeviceError.self) {
        try await chip.apply(train, number: number)
      }
      #expect(error?.code == .refused)
      let outcome = try await chip.outcome(of: number)
      #expect(outcome?.steps == 0 && outcome?.fired == PulseTotals())
      if place == 0 { #expect(outcome?.digest == strong.digest) }
    }
    #expect(try await chip.history().last == 4)
    #expect(try await ChipState(chip).isConsistent)
  }

  /// Clock and odometer of the receipts: sums over trains and reads on all tiles.
  @Test(arguments: [false, true])
  func receiptsCarryTheSums(isDurable: Bool) async throws {
    let scratch = try Scratch()
    let chip = try chip(isDurable, scratch)
    var (pulses, time) = (PulseTotals(), 0.0)
    for round in 0..<6 {
      let region = CellRegion(tile: Tile(round % 2), rows: 0..<3, columns: 1..<5)
      let receipt = try await chip.apply(
        chip.train(.alternating(pairs: round), on: region, reads: round == 3 ? 2 : nil))
      pulses += receipt.fired
      time += receipt.duration.value
      #expect(receipt.odometer == pulses)
      #expect(abs((receipt.clock?.value ?? -1) / max(time, 1e-30) - 1) < 1e-12 || time == 0)
      time += try await chip.read(ReadRequest(region: region)).duration.value
    }
    let history = try await chip.history()
    #expect(history.pulses == pulses && history.last == 6)
    #expect(abs(history.clock.value / time - 1) < 1e-12)
  }

  /// The journal forgets the oldest trains, and says from which number on it knows.
  @Test(arguments: [false, true])
  func theJournalKeeps4096(isDurable: Bool) async throws {
    let scratch = try Scratch()
    var chip = try chip(isDurable, scratch)
    let cell = CellRegion.cell(row: 0, column: 0)
    #expect(try await chip.history().oldestKept == 1)
    for number in 1...5000 {
      _ = try await chip.apply(chip.train(.uniform(.up, count: number % 3), on: cell))
    }
    if isDurable {
      chip = try SimulatedCrossbar(chipSettings(tiles: 2))
      chip = try self.chip(true, scratch)
    }
    let history = try await chip.history()
    #expect(history.last == 5000 && history.oldestKept == 905)
    #expect(try await chip.outcome(of: 904) == nil)
    for number in history.oldestKept...history.last {
      let outcome = try #require(try await chip.outcome(of: number))
      #expect(outcome.number == number && outcome.steps == Int(number % 3))
    }
  }

  /// Counters have 32 bits and never fall: what does not fit is refused.
  @Test func aFullCounterRefuses() async throws {
    let scratch = try Scratch()
    var settings = try chipSettings(rows: 1, columns: 2, state: scratch.path("chip"))
    settings.noise = false
    var chip = try SimulatedCrossbar(settings)
    let layout = ChipLayout(
      tiles: 1, rows: 1, columns: 2, settingsBytes: ChipSettings(settings).text.utf8.count,
      hasUndo: true)
    chip = try SimulatedCrossbar(chipSettings())
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: scratch.path("chip")))
    try file.seek(toOffset: UInt64(layout.offset(of: .firedUp, tile: 0)))
    // 5 below the highest.
    try file.write(contentsOf: Data([0xFA, 0xFF, 0xFF, 0xFF]))
    try file.close()
    chip = try SimulatedCrossbar(settings)
    _ = try await chip.apply(chip.train(.uniform(.down, count: 5)))
    let error = await #expect(throws: DeviceError.self) {
      try await chip.apply(chip.train(.uniform(.down, count: 1)))
    }
    #expect(error?.code == .refused && error?.explanation.contains("4294967295") == true)
    #expect(try await chip.odometer(of: chip.capabilities.whole()).down == [5, 5])
  }

  /// A cancelled train is in the journal with the steps that it had.
  @Test(arguments: [false, true])
  func aCancelledTrainIsEnteredWithItsSteps(isDurable: Bool) async throws {
    let scratch = try Scratch()
    let parts = Mutex(0)
    let chip = try SimulatedCrossbar(
      chipSettings(rows: 64, columns: 64, state: isDurable ? scratch.path("chip") : nil),
      watch: { point in
        guard "\(point)" == "half of the rows" else { return }
        let part = parts.withLock { parts in
          parts += 1
          return parts
        }
        if part == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      })
    let train = chip.train(
      .alternating(pairs: 10_000), on: CellRegion(rows: 0..<9, columns: 3..<64))
    let task = Task { try await chip.apply(train, number: 1) }
    let error = await #expect(throws: DeviceError.self) { try await task.value }
    let outcome = try #require(try await chip.outcome(of: 1))
    #expect(error?.code == .interrupted && error?.partial?.fired == outcome.fired)
    #expect(outcome.steps.isMultiple(of: 2) && outcome.steps < train.steps)
    // Three parts of about a million pulses.
    #expect((3_000_000...3_200_000).contains(outcome.steps * train.region.count))
    #expect(outcome.fired == train.first(steps: outcome.steps).totals)
    let state = try await ChipState(chip)
    #expect(state.isConsistent && state.history.pulses == error?.partial?.odometer)
    let exposures = HalfSelectExposures(
      of: train.first(steps: outcome.steps), rows: 64, columns: 64)
    #expect(state.exposures[0].reduce(0) { $0 + Int($1) } == exposures.total)
  }
}
