import DeviceContract
import Foundation
import PhysicalUnits
import ReproducibleNoise

@testable import PulseLedger

/// A folder that is gone when the test is.
final class LedgerFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/tare-ledger-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// A copy of a ledger as it is on disk, with its log and its seal.
  func copy(_ ledger: String, to name: String, seal: Bool = true) throws -> String {
    let target = file(name)
    for suffix in ["", "-wal", ".seal"] where seal || suffix != ".seal" {
      try? FileManager.default.removeItem(atPath: target + suffix)
      if FileManager.default.fileExists(atPath: ledger + suffix) {
        try FileManager.default.copyItem(atPath: ledger + suffix, toPath: target + suffix)
      }
    }
    return target
  }
}

/// Writes ledgers without a device.
enum LedgerBench {
  static let shape = PulseShape(
    amplitude: Volts(1.2), width: .nanoseconds(100), period: .microseconds(1))

  static func genesis(
    _ level: LedgerEntry.Genesis.Level = .run, rows: Int = 6, columns: Int = 5
  ) -> LedgerEntry.Genesis {
    LedgerEntry.Genesis(
      level: level, id: UUID(), name: "bench", tiles: 2, rows: rows, columns: columns,
      program: "tests")
  }

  static func connection(_ genesis: LedgerEntry.Genesis) -> LedgerEntry.Content {
    .connection(
      LedgerEntry.Connection(
        device: DeviceIdentity(model: "bench", serialNumber: "B-1", firmware: "1"),
        durability: .everyPulse, history: nil, odometerDigest: [],
        baseline: (0..<genesis.tiles).map { _ in CellCounts(cells: genesis.rows * genesis.columns)
        },
        host: "here", process: 1))
  }

  static func campaign() -> LedgerEntry.Content {
    .campaign(
      LedgerEntry.Campaign(
        run: UUID(), algorithm: "zero-shift-cyclic", parameters: #"{"pulses":"4000"}"#))
  }

  static func train(
    _ pattern: PulseTrain.Pattern, on region: CellRegion, cause: Cause = .calibrate,
    amplitude: Double = 1.2
  ) -> PulseTrain {
    var shape = shape
    shape.amplitude = Volts(amplitude)
    return PulseTrain(region: region, pattern: pattern, shape: shape, cause: cause)
  }

  /// A train of any kind on any cells.
  static func randomTrain(
    _ genesis: LedgerEntry.Genesis, _ random: inout RandomStream
  ) -> PulseTrain {
    let rows = Int.random(in: 1...genesis.rows, using: &random)
    let columns = Int.random(in: 1...genesis.columns, using: &random)
    let row = Int.random(in: 0...genesis.rows - rows, using: &random)
    let column = Int.random(in: 0...genesis.columns - columns, using: &random)
    let region = CellRegion(
      tile: Tile(Int.random(in: 0..<genesis.tiles, using: &random)),
      rows: Row(row)..<Row(row + rows), columns: Column(column)..<Column(column + columns))
    let pattern: PulseTrain.Pattern
    switch Int.random(in: 0..<4, using: &random) {
    case 0: pattern = .uniform(Bool.random(using: &random) ? .up : .down, count: 3)
    case 1: pattern = .alternating(pairs: Int.random(in: 1...40, using: &random))
    case 2:
      pattern = .counts((0..<region.count).map { _ in Int16.random(in: -3...3, using: &random) })
    default:
      pattern = .outerProduct(
        rowLines: (0..<rows).map { BitLine(isNegative: $0 % 2 == 1, slots: [$0, 9]) },
        columnLines: (0..<columns).map { BitLine(slots: [$0, 9]) }, slots: 12)
    }
    return train(
      pattern, on: region, cause: Cause.allCases.randomElement(using: &random) ?? .train,
      amplitude: Bool.random(using: &random) ? 1.2 : 1.4)
  }

  static func fired(_ train: PulseTrain, time: Date = Date()) -> TrainOutcome {
    TrainOutcome(
      status: .fired, fired: train.totals, time: time, clock: Seconds(1.5),
      duration: train.duration, energy: Joules(1e-9))
  }

  /// A closed ledger with some trains of every kind and end.
  static func ledger(
    at path: String, trains: Int, seed: UInt64, level: LedgerEntry.Genesis.Level = .run
  ) async throws -> (genesis: LedgerEntry.Genesis, counts: [CellCounts]) {
    let genesis = genesis(level)
    let store = try await LedgerStore.open(path, genesis: genesis)
    let counts = try await fill(store, genesis, trains: trains, seed: seed)
    try await store.close()
    return (genesis, counts)
  }

  /// Adds trains, and returns what each cell was surely given.
  static func fill(
    _ store: LedgerStore, _ genesis: LedgerEntry.Genesis, trains: Int, seed: UInt64
  ) async throws -> [CellCounts] {
    var random = RandomStream(seed: seed, stream: 1)
    var counts = (0..<genesis.tiles).map { _ in CellCounts(cells: genesis.rows * genesis.columns) }
    try await store.append(connection(genesis))
    try await store.append(campaign())
    for place in 0..<trains {
      let train = randomTrain(genesis, &random)
      let number = try await store.record([TrainIntent(train: train, time: Date())])
      var outcome = fired(train)
      var sure = train.cellCounts
      switch place % 7 {
      case 3:
        sure = train.first(steps: train.steps / 2 / 2 * 2).cellCounts
        outcome.status = .partial
        (outcome.fired, outcome.cells) = (sure.totals, sure)
      case 5:
        sure = CellCounts(cells: train.region.count)
        outcome = TrainOutcome(
          status: .uncertain, fired: PulseTotals(), uncertain: train.totals.all, cells: sure,
          time: Date(), explanation: "the link broke")
      case 6:
        outcome.readings = [
          Reading(
            region: train.region, weights: sure.up.map { Float($0) * 0.125 }, averages: 4)
        ]
      default: break
      }
      try await store.settle([TrainSettlement(number: number, outcome: outcome)])
      let region = train.region
      var offset = 0
      for row in region.rows {
        for column in region.columns {
          let cell = row.index * genesis.columns + column.index
          counts[region.tile.index].up[cell] += sure.up[offset]
          counts[region.tile.index].down[cell] += sure.down[offset]
          offset += 1
        }
      }
    }
    return counts
  }
}
