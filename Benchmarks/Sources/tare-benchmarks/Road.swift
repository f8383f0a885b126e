import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar

/// A simulator, bare or behind a metered device with its ledgers.
struct Road {
  /// What outlives the process.
  enum Kind: CaseIterable {
    /// Nothing: the run's ledger alone is kept.
    case volatile
    /// The chip, in a file: its own ledger is kept besides the run's.
    case stateFile

    var name: String {
      switch self {
      case .volatile: "volatile simulator, the run's ledger"
      case .stateFile: "simulator in a state file, the chip's and the run's ledger"
      }
    }
  }

  let simulator: SimulatedCrossbar
  /// The device between the simulator and the books, where their times are told apart.
  private(set) var timed: TimedSimulator?
  let metered: MeteredDevice?
  private let session: LedgerSession?

  /// A simulator by itself.
  static func bare(_ kind: Kind, size: Int, chip folder: String) throws -> Road {
    Road(simulator: try simulator(kind, size, folder), metered: nil, session: nil)
  }

  /// The same simulator with its books; the ledgers go into a folder of their own.
  static func metered(
    _ kind: Kind, size: Int, chip folder: String, ledgers: String, isTimed: Bool = false
  ) async throws -> Road {
    let simulator = try simulator(kind, size, folder)
    let timed = isTimed ? TimedSimulator(simulator) : nil
    let device: any PulseDevice = timed.map { $0 } ?? simulator
    let session = try await LedgerSession.connect(
      device, home: LedgerHome(path: ledgers), run: Road.run(in: ledgers),
      program: "tare-benchmarks")
    let metered = MeteredDevice(
      device, lifetime: await session.lifetime(), journal: session.journal)
    return Road(simulator: simulator, timed: timed, metered: metered, session: session)
  }

  static func run(in folder: String) -> RunRequest {
    RunRequest(
      ledger: folder + "/ledger.sqlite", id: UUID(), name: "benchmark", algorithm: "benchmark",
      parameters: "{}")
  }

  /// Fires trains in batches of a size; a bare simulator knows no batches.
  func fire(_ trains: [PulseTrain], batch: Int) async throws {
    guard let metered else {
      for train in trains { _ = try await simulator.apply(train) }
      return
    }
    for start in stride(from: 0, to: trains.count, by: batch) {
      _ = try await metered.apply(Array(trains[start..<min(trains.count, start + batch)]))
    }
  }

  func close() async throws { try await session?.close(status: "finished") }

  private static func simulator(
    _ kind: Kind, _ size: Int, _ folder: String
  ) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-om")))
    (settings.rows, settings.columns) = (size, size)
    if kind == .stateFile { settings.state = folder + "/chip-\(UUID().uuidString).state" }
    return try SimulatedCrossbar(settings)
  }
}
