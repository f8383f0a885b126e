import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

/// A board whose power can be taken, whatever it is made of.
protocol PoweredBoard: AnyObject {
  var selector: String { get }
  func loseAndRegainPower() throws
}

extension BoardProcess: PoweredBoard {}
extension QEMUBoard: PoweredBoard {}

/// Calibrations and trainings on a board, and what of them is on record.
struct BoardLab {
  static let seed: UInt64 = 20_263

  let scratch: Scratch
  let home: LedgerHome
  let tiles: Int
  /// What its commands run in besides.
  let environment: [String: String]

  init(tiles: Int = 1, environment: [String: String] = [:]) throws {
    scratch = try Scratch()
    home = LedgerHome(path: scratch.file("home").path)
    self.tiles = tiles
    self.environment = environment
  }

  func command(
    _ arguments: [String], during: ((pid_t) throws -> Void)? = nil
  ) throws -> Command.Outcome {
    try Command.run(arguments, environment: environment, during: during)
  }

  var state: String { scratch.file("chip.state").path }
  /// The chip of a virtual board, tiles of 8 x 8 cells in a file.
  var chip: String {
    "sim:low-noise?tiles=\(tiles)&rows=8&columns=8&seed=\(Self.seed)&state=\(state)"
  }

  func board(_ more: [String] = []) throws -> BoardProcess {
    try BoardProcess(device: chip, in: scratch, more: more)
  }

  func calibration(
    _ selector: String, out: String, _ settings: [String] = Self.settings
  ) -> [String] {
    [
      "calibrate", "--device", selector, "--seed", "\(Self.seed)", "--home", home.path, "--chip",
      "dut", "--out", scratch.file(out).path,
    ] + settings
  }

  /// Tells eight-bit patterns of three kinds apart, on two tiles of 8 x 8 cells: hundreds of steps of a few trains.
  func training(_ selector: String, out: String) throws -> [String] {
    let data = scratch.file("patterns.csv")
    if !FileManager.default.fileExists(atPath: data.path) {
      let lines = (0..<200).map { line in
        (0..<6).map { "\((line * 37 + $0 * 11 + (line % 3 == $0 % 3 ? 70 : 0)) % 100)" }
          .joined(separator: ",") + ",\(line % 3)\n"
      }
      try Data(lines.joined().utf8).write(to: data)
    }
    return [
      "train", "--algorithm", "e-rider", "--chop", "0.3", "--transfer-rate", "0.05",
      "--auto-granularity", "0", "--data", data.path, "--network", "6-5-3", "--batch", "4",
      "--epochs", "4", "--checkpoint", "10", "--device", selector, "--expect", "low-noise",
      "--seed", "\(Self.seed)", "--home", home.path, "--chip", "dut", "--out",
      scratch.file(out).path,
    ]
  }

  static let settings = [
    "--pulses", "40", "--checkpoints", "8", "--averages", "2", "--method", "zero-shift",
  ]

  /// Gives the command until it has come to its end.
  ///
  /// - Returns: how often it was given.
  @discardableResult
  func finish(
    _ arguments: [String], within most: Int = 10, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Int {
    var last: Command.Outcome?
    for start in 1...most {
      let outcome = try command(arguments)
      if outcome.status == 0 { return start }
      last = outcome
    }
    Issue.record(
      "not finished after \(most) starts: \(last?.errors ?? "")", sourceLocation: sourceLocation)
    return most
  }

  /// Both ledgers balance.
  func expectBalance(
    _ out: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for ledger in [scratch.file(out).path, try home.ledger(ofChip: "dut")] {
      let audit = try command(["audit", ledger])
      #expect(audit.status == 0, "\(ledger): \(audit.output)", sourceLocation: sourceLocation)
    }
  }

  func map(_ name: String, of out: String) throws -> Data {
    try Data(contentsOf: scratch.file("\(out)/maps/\(name).npy"))
  }

  /// What a crossbar of a virtual board has counted; the board must have been stopped.
  func physics(tile: Int = 0) async throws -> CellCounts {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.tiles, settings.rows, settings.columns, settings.seed) = (tiles, 8, 8, Self.seed)
    settings.state = state
    let chip = try SimulatedCrossbar(settings)
    return try await chip.odometer(of: chip.capabilities.whole(tile: Tile(tile)))
  }

  /// Every cell has had what the chip's ledger says, up to what it says is uncertain.
  func expectPhysics(
    tile: Int = 0, up: [UInt32], down: [UInt32], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ledger = try LedgerAudit.of(try home.ledger(ofChip: "dut")).tiles[tile]
    for cell in up.indices {
      let (sure, bound) = ((ledger.up[cell], ledger.down[cell]), ledger.uncertain[cell])
      let isWithin =
        up[cell] >= sure.0 && down[cell] >= sure.1
        && up[cell] + down[cell] <= sure.0 + sure.1 + bound
      #expect(
        isWithin,
        "cell \(cell): the ledger has \(sure) and up to \(bound) more, the crossbar \(up[cell]) and \(down[cell])",
        sourceLocation: sourceLocation)
      guard isWithin else { return }
    }
  }

  /// What became of trains whose outcome did not come the usual way, by the chip's ledger.
  struct Hits {
    /// Cut off before the board had them: they waited in the host or in the board.
    var waiting = 0
    /// Whole on the board, and only the answer was lost.
    var answerLost = 0
    /// Broken off within their pulses.
    var broken = 0
    /// The most uncertain pulses of one train, in steps of all its cells.
    var mostUncertain = 0
  }

  func hits() throws -> Hits {
    var hits = Hits()
    var cells: [UInt64: Int] = [:]
    try LedgerReader(try home.ledger(ofChip: "dut")).forEach { _, entry in
      switch entry.content {
      case .intent(let intent): cells[intent.number] = intent.train.region.count
      case .outcome(let outcome):
        let steps = outcome.uncertain / max(1, cells[outcome.number] ?? 1)
        hits.mostUncertain = max(hits.mostUncertain, steps)
        switch outcome.status {
        case .refused: hits.waiting += 1
        case .partial, .uncertain: hits.broken += 1
        case .fired: hits.answerLost += outcome.source == .journal ? 1 : 0
        }
      default: break
      }
      return true
    }
    return hits
  }
}
