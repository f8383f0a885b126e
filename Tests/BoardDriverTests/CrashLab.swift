import BoardTransport
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Synchronization
import Testing
import WireProtocol

@testable import BoardDriver
@testable import VirtualBoard

/// A virtual board that keeps its memory, the hosts that come to it, and the ledgers that they leave.
final class CrashLab: Sendable {
  static let rows = 4, columns = 5, group = 4

  let folder: String
  let server: VirtualBoardServer
  let home: LedgerHome
  private let port: UInt16
  private let selector: TransportSelector
  /// The device of a board on USB, in a process that sees such devices.
  let usb: EmulatedDevice?

  /// A host, as a command is one: the board, its ledger, and the road that pulses take.
  struct Host: Sendable {
    let device: BoardDevice
    let session: LedgerSession
    let road: MeteredDevice
    let rule: LineRule

    /// A train on all cells.
    func train(_ pattern: PulseTrain.Pattern, reads: Int? = nil) -> PulseTrain {
      PulseTrain(
        region: device.capabilities.whole(), pattern: pattern,
        shape: device.capabilities.nominalShape, reads: reads.map { .init(everySteps: $0) },
        cause: .calibrate)
    }

    /// Ends as a command does; returns whether ledger and odometer agree.
    @discardableResult
    func leave() async throws -> Bool {
      await road.park()
      let agrees = try await session.close(status: "finished")
      await device.close()
      return agrees
    }
  }

  /// - Parameter powerFailure: told of every write to the board's memory, also while it starts.
  init(powerFailure: (@Sendable (Int) -> Int?)? = nil) async throws {
    folder = FileManager.default.temporaryDirectory.path + "/tare-crash-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    home = LedgerHome(path: folder + "/home")
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns) = (Self.rows, Self.columns)
    settings.state = folder + "/chip.state"
    let fixed = settings
    server = try VirtualBoardServer {
      try VirtualBoard(
        try Crossbar(fixed), knowsEnergies: false, group: Self.group, powerFailure: powerFailure)
    } open: {
      () throws(TransportError) in
      try TCPListener()
    }
    port = UInt16(try await server.start().split(separator: ":").last ?? "") ?? 0
    usb = USBEmulator.isHere ? try EmulatedDevice("board=127.0.0.1:\(port)") : nil
    selector = usb?.selector ?? .tcp(host: "127.0.0.1", port: port, milliseconds: 3_000)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Plugs a board on USB in again, at another address.
  func plug() throws { try usb?.plug("board=127.0.0.1:\(port)") }

  /// The file that the board's memory is in.
  var memory: String { folder + "/chip.state.board" }

  func device(_ rule: LineRule = LineRule()) async throws -> BoardDevice {
    // A host that died in this process is some milliseconds about giving its device on USB back; one that is
    // killed gives it back at once.
    for _ in 0..<(usb == nil ? 0 : 100) {
      do {
        return try await open(rule)
      } catch {
        guard (error as? DeviceError)?.code == .busy else { throw error }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    return try await open(rule)
  }

  private func open(_ rule: LineRule) async throws -> BoardDevice {
    let selector = selector
    return try await BoardDevice.connect("board", program: "tests") {
      () throws(TransportError) in
      guard !rule.hasEnded else { throw TransportError(.notFound, "board", "this host is dead") }
      return WatchedLine(try selector.open(), rule)
    }
  }

  /// Connects, and compares; nothing is fired.
  func connect(
    _ home: LedgerHome? = nil, chip: String? = nil, _ rule: LineRule = LineRule()
  ) async throws -> Host {
    let device = try await device(rule)
    do {
      let session = try await LedgerSession.connect(
        device, home: home ?? self.home, chip: chip, run: nil, program: "tests")
      return Host(
        device: device, session: session,
        road: MeteredDevice(device, odometer: session.odometer, journal: session.journal),
        rule: rule)
    } catch {
      await device.close()
      throw error
    }
  }

  /// What the ledgers are if every process of the host were killed now.
  func killedHome() throws -> LedgerHome {
    let copy = LedgerHome(path: folder + "/home-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: home.path, toPath: copy.path)
    return copy
  }

  /// The pulses that the crossbar has had, by its own count.
  func physics() async throws -> CellCounts {
    let counts = try await server.with {
      try $0.crossbar.odometer(of: $0.crossbar.capabilities.whole())
    }
    return try #require(counts, "the board is dark")
  }

  /// What a ledger, the board and its crossbar say of all cells.
  struct Balance {
    var sure = PulseTotals()
    var uncertain = 0
    var fired = PulseTotals()
  }

  /// Compares ledger, odometer and crossbar cell by cell, as the next host would.
  @discardableResult
  func expectBalance(
    _ home: LedgerHome? = nil, chip: String? = nil, _ context: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Balance {
    let home = home ?? self.home
    let host = try await connect(home, chip: chip)
    let counted = try await host.device.odometer(of: host.device.capabilities.whole())
    #expect(try await host.leave(), "\(context)", sourceLocation: sourceLocation)
    let name = chip ?? host.device.capabilities.identity.serialNumber
    let audit = try LedgerAudit.of(try home.ledger(ofChip: name))
    #expect(
      audit.balances, "\(context): \(audit.checks.filter { !$0.holds })",
      sourceLocation: sourceLocation)
    let (fired, ledger) = (try await physics(), audit.tiles[0])
    for cell in fired.up.indices {
      let sure = (ledger.up[cell], ledger.down[cell])
      let isWithin =
        sure.0 <= fired.up[cell] && sure.1 <= fired.down[cell]
        && fired.up[cell] <= counted.up[cell] && fired.down[cell] <= counted.down[cell]
        && counted.up[cell] + counted.down[cell] <= sure.0 + sure.1 + ledger.uncertain[cell]
          + ledger.adopted[cell]
      #expect(
        isWithin,
        "\(context): cell \(cell): the ledger has \(sure) and \(ledger.uncertain[cell]) more, the odometer \(counted.up[cell]) and \(counted.down[cell]), the crossbar \(fired.up[cell]) and \(fired.down[cell])",
        sourceLocation: sourceLocation)
      guard isWithin else { break }
    }
    return Balance(
      sure: audit.total.fired, uncertain: audit.total.uncertain, fired: fired.totals)
  }

  /// Compares, and all that was commanded was fired, once.
  func expectExactly(
    _ pulses: PulseTotals, _ home: LedgerHome? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let balance = try await expectBalance(home, sourceLocation: sourceLocation)
    #expect(balance.sure == pulses, sourceLocation: sourceLocation)
    #expect(balance.fired == pulses, sourceLocation: sourceLocation)
    #expect(balance.uncertain == 0, sourceLocation: sourceLocation)
  }

  /// Waits for something, ten seconds at most.
  static func wait(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    until isReached: () async throws -> Bool
  ) async throws {
    for _ in 0..<2_000 {
      if try await isReached() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("\(what): not within ten seconds", sourceLocation: sourceLocation)
  }
}
