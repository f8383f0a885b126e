import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

/// A simulated chip in a file, the home of its ledger, and the commands that a user gives it.
struct ChipLab {
  static let seed: UInt64 = 20_263

  let scratch: Scratch
  var home: URL
  var state: URL
  var chip = "dut"
  var method = "zero-shift"
  var pulses = 40

  init() throws {
    scratch = try Scratch()
    (home, state) = (scratch.file("home"), scratch.file("chip.state"))
  }

  var device: String { "sim:low-noise?rows=8&columns=8&seed=\(Self.seed)&state=\(state.path)" }
  var chipLedger: URL { home.appendingPathComponent("chips/\(chip)/ledger.sqlite") }
  var onChip: [String] { ["--device", device, "--home", home.path, "--chip", chip] }

  /// A calibration into a folder: a name in the scratch folder, or a path.
  func calibration(_ out: String, _ more: [String] = []) -> [String] {
    let folder = out.hasPrefix("/") ? out : scratch.file(out).path
    return ["calibrate"] + onChip
      + [
        "--method", method, "--pulses", "\(pulses)", "--checkpoints", "8", "--averages", "2",
        "--out", folder,
      ] + more
  }

  func calibrate(_ out: String, _ more: [String] = []) throws -> Command.Outcome {
    try Command.run(calibration(out, more))
  }

  /// A calibration that has to come to its end.
  func expectRun(
    _ out: String, _ more: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try calibrate(out, more)
    #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
  }

  /// Gives a command, and a signal once its run has fired some trains; the records say how many.
  func stop(
    _ out: String, _ more: [String] = [], records: Int = 30, signal: Int32 = SIGKILL
  ) throws -> Command.Outcome {
    let ledger = (out.hasPrefix("/") ? out : scratch.file(out).path) + "/ledger.sqlite"
    return try Command.run(calibration(out, more)) { process in
      Self.wait { (try? LedgerReader(ledger).lastRecord()).map { $0 >= records } ?? false }
      kill(process, signal)
    }
  }

  /// Waits for something, twenty seconds at most.
  static func wait(_ isReached: () -> Bool) {
    let deadline = Date().addingTimeInterval(20)
    while !isReached(), Date() < deadline { usleep(2_000) }
  }

  func simulator() throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.seed) = (8, 8, Self.seed)
    try settings.set("state", to: state.path)
    // One that was asked a moment ago may still be on its way out, on another thread of this process.
    var chip: SimulatedCrossbar?
    var failure: (any Error)?
    Self.wait {
      do {
        chip = try SimulatedCrossbar(settings)
      } catch {
        failure = error
        return (error as? DeviceError)?.code != .busy
      }
      return true
    }
    if let chip { return chip }
    throw failure ?? DeviceError(code: .busy, explanation: "the chip is held")
  }

  /// What the device itself counts; nothing where there has been no device.
  func odometer() async throws -> PulseTotals {
    guard FileManager.default.fileExists(atPath: state.path) else { return PulseTotals() }
    let device = try simulator()
    return try await device.odometer(of: device.capabilities.whole()).totals
  }

  /// The states of all cells.
  func states() async throws -> [Float] {
    let device = try simulator()
    return try await device.states(of: device.capabilities.whole())
  }

  func audit(_ ledger: URL) throws -> Command.Outcome { try Command.run(["audit", ledger.path]) }

  /// A ledger that balances, with every cell of a run pulsed as often as planned.
  func expectBalance(
    _ ledger: URL, pulsesPerCell: Int? = nil, cells: Int = 64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try audit(ledger)
    #expect(
      outcome.status == 0, "\(outcome.errors)\(outcome.output)", sourceLocation: sourceLocation)
    guard let pulsesPerCell else { return }
    let found = try LedgerAudit.of(ledger.path, cells: cells).hottest
    #expect(
      found.count == cells && found.allSatisfy { $0.pulses == pulsesPerCell },
      "\(found.map(\.pulses))", sourceLocation: sourceLocation)
  }

  /// A run of a folder and the chip, both audited.
  func expectFinished(_ out: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let folder = out.hasPrefix("/") ? URL(fileURLWithPath: out) : scratch.file(out)
    try expectBalance(
      folder.appendingPathComponent("ledger.sqlite"), pulsesPerCell: pulses,
      sourceLocation: sourceLocation)
    try expectBalance(chipLedger, sourceLocation: sourceLocation)
  }

  /// A calibration that must be refused, with nothing fired.
  @discardableResult
  func expectRefusal(
    _ out: String, _ more: [String] = [], status: Int32, mentions parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Command.Outcome {
    let before = try await odometer()
    let outcome = try calibrate(out, more)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    for part in parts {
      #expect(
        outcome.errors.contains(part), "\(part): \(outcome.errors)", sourceLocation: sourceLocation)
    }
    #expect(try await odometer() == before, "pulses were fired", sourceLocation: sourceLocation)
    return outcome
  }
}

/// A small disk that is there as long as the test.
final class SmallDisk {
  let url: URL

  /// Nil, said loudly, where the user may mount nothing.
  init?(_ folder: URL, size: String) throws {
    url = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(size)") == 0 else {
      print("SKIPPED: no tmpfs can be mounted here")
      return nil
    }
  }

  deinit { umount2(url.path, 0) }

  func resize(_ size: String) {
    #expect(mount("tmpfs", url.path, "tmpfs", UInt(MS_REMOUNT), "size=\(size)") == 0)
  }

  func setReadOnly(_ isReadOnly: Bool) {
    let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
    #expect(mount("tmpfs", url.path, "tmpfs", flags, nil) == 0)
  }
}
