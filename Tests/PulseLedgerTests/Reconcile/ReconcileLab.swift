import DeviceContract
import Foundation
import PhysicalUnits

@testable import PulseLedger

/// A board, a home for its chip, and runs of the host that can be killed.
struct ReconcileLab {
  let folder: LedgerFolder
  let home: LedgerHome
  let board: FaultyBoard

  init(durability: CounterDurability = .everyPulse) throws {
    folder = try LedgerFolder()
    home = LedgerHome(path: folder.file("home"))
    board = try FaultyBoard(durability: durability)
  }

  func connect(
    _ board: FaultyBoard? = nil, chip: String? = nil, home: LedgerHome? = nil,
    run: RunRequest? = nil, time: Date = Date()
  ) async throws -> LedgerSession {
    try await LedgerSession.connect(
      board ?? self.board, home: home ?? self.home, chip: chip, run: run, program: "tests",
      time: time)
  }

  /// A run whose ledger is a file of the scratch folder.
  func run(_ name: String) throws -> RunRequest {
    let folder = folder.file(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return RunRequest(
      ledger: folder + "/ledger.sqlite", id: UUID(), name: name, algorithm: "tests",
      parameters: "{}")
  }

  /// Where the ledger of a run is after its process was killed, and what it holds then.
  func killed(_ run: RunRequest) throws -> RunRequest {
    var copy = run
    let folder = folder.file("run-\(UUID().uuidString)")
    try FileManager.default.copyItem(
      atPath: (run.ledger as NSString).deletingLastPathComponent, toPath: folder)
    copy.ledger = folder + "/ledger.sqlite"
    return copy
  }

  /// What the board itself has counted.
  func odometer() async throws -> PulseTotals {
    try await board.odometer(of: board.capabilities.whole()).totals
  }

  /// The road to the board, as a command takes it.
  func metered(_ session: LedgerSession) -> MeteredDevice {
    MeteredDevice(board, odometer: session.odometer, journal: session.journal)
  }

  func train(_ pattern: PulseTrain.Pattern, on region: CellRegion? = nil) -> PulseTrain {
    PulseTrain(
      region: region ?? CellRegion(rows: 2..<5, columns: 1..<4), pattern: pattern,
      shape: board.capabilities.nominalShape, cause: .calibrate)
  }

  /// What a process that is killed leaves of the home.
  func killed(_ home: LedgerHome? = nil) throws -> LedgerHome {
    let copy = LedgerHome(path: folder.file("home-\(UUID().uuidString)"))
    try FileManager.default.copyItem(atPath: (home ?? self.home).path, toPath: copy.path)
    return copy
  }

  func audit(_ home: LedgerHome? = nil, chip: String = "FB-1") throws -> LedgerAudit {
    try LedgerAudit.of(try (home ?? self.home).ledger(ofChip: chip))
  }
}
