import ArgumentParser
import BoardDriver
import DeviceConformance
import DeviceContract
import PulseLedger
import Reporting
import SimulatedCrossbar

/// `tare verify`: the conformance suite against a device.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Runs the conformance suite against a device.",
    discussion: """
      On a board nothing is fired by default: it begins a dry session, in which everything is done but \
      the pulses, with numbers and counts of its own. --fire pulses the cells, some thousand times each; \
      these pulses are on the chip's ledger like all others. Exit code 1 if a check fails.
        tare verify --device serial:/dev/ttyACM0
        tare verify --device sim:reram-sb
      """)

  @OptionGroup var options: DeviceOptions

  @OptionGroup var chipping: ChipOptions

  @Flag(help: "Pulse the cells of a board.")
  var fire = false

  @Option(help: "The most pulses that the suite may fire on one cell.")
  var pulses: Int = 20_000

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      guard (100...1_000_000_000).contains(pulses) else {
        throw CommandFailure(.usage, "--pulses is \(pulses): 100 or more are needed")
      }
      let selector = try options.selector()
      let isBoard = !["sim", ""].contains(selector.kind)
      if isBoard && !fire {
        let board = try await options.openBoard(selector, isDry: true)
        try await verify(board, isDry: true)
        await board.close()
      } else {
        try await options.withDevice { opened in
          if opened.simulator?.settings.state == nil && !isBoard {
            try await verify(opened.device, isDry: false)
          } else {
            try await verifyOnLedger(opened.device)
          }
        }
      }
    }
  }

  /// A chip that outlives the suite has every pulse on its ledger.
  private func verifyOnLedger(_ device: any PulseDevice) async throws {
    let name = try chipping.name()
    let session = try await LedgerSession.connect(
      device, home: chipping.home, chip: name ?? device.capabilities.identity.serialNumber,
      run: nil,
      program: TareCommand.program)
    let metered = MeteredDevice(
      device, lifetime: await session.lifetime(), odometer: session.odometer,
      journal: session.journal)
    do {
      try await verify(metered, isDry: false)
    } catch {
      _ = try? await session.close(status: "failed")
      throw error
    }
    await device.park()
    guard try await session.close(status: "verified") else {
      throw CommandFailure(
        .checkFailed, "the ledger and the device's odometer do not agree at the end")
    }
  }

  private func verify(_ device: any PulseDevice, isDry: Bool) async throws {
    let subject = ConformanceSubject(pulsesPerCell: pulses, isDry: isDry) { device }
    var results: [ConformanceResult] = []
    for check in ConformanceCheck.all {
      output.talk.progress(check.name)
      results.append(await check.run(on: subject))
    }
    output.talk.endProgress()
    let failed = results.filter { if case .failed = $0.outcome { true } else { false } }
    if output.json {
      try output.printJSON(results.map(Told.init))
    } else {
      var table = TextTable(
        columns: ["check", "outcome", "what was found"].map { .init($0) })
      for result in results.map(Told.init) {
        table.append([result.check, result.outcome, result.reason ?? ""])
      }
      try output.write(table.text)
    }
    guard failed.isEmpty else {
      throw CommandFailure(.checkFailed, "\(failed.count) of \(results.count) checks failed")
    }
  }

  private struct Told: Encodable {
    let check, outcome: String
    let reason: String?

    init(_ result: ConformanceResult) {
      check = result.check
      (outcome, reason) =
        switch result.outcome {
        case .passed: ("passed", nil)
        case .skipped(let reason): ("skipped", reason)
        case .failed(let reason): ("failed", reason)
        }
    }
  }
}
