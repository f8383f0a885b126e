import ArgumentParser
import DeviceContract
import Foundation
import PulseLedger

/// `tare ledger reconcile`: a chip's ledger against the device that carries it.
struct LedgerReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compares a chip's ledger with its device, and settles what was left open.",
    discussion: """
      The odometer is compared by checksums and, where they differ, cell by cell. Trains whose outcome \
      was cut off are settled from the device's journal. Nothing is fired. Exit code 1 if the two do \
      not agree.
        tare ledger reconcile --device 'sim:reram-sb?state=chip.state'
      """)

  @OptionGroup var options: DeviceOptions
  @OptionGroup var ledger: ChipOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      try await options.withDevice { try await compare($0.device) }
    }
  }

  private func compare(_ device: any PulseDevice) async throws {
    try ChipOptions.needsMemory(device, named: try ledger.name())
    let chip = try ledger.name() ?? device.capabilities.identity.serialNumber
    do {
      let session = try await LedgerSession.connect(
        device, home: ledger.home, chip: chip, run: nil, program: TareCommand.program)
      await device.park()
      let agrees = try await session.close(status: "reconciled")
      try tell(session.reconciliation, chip, agrees: agrees)
    } catch let error as LedgerMismatch {
      await device.park()
      try tell(error.reconciliation, chip, agrees: false)
      throw CommandFailure(
        .checkFailed,
        "the device's history is not the ledger's, so that nothing is fired on it; `tare ledger adopt` "
          + "takes it over, with your name and reason")
    }
  }

  private func tell(_ found: Reconciliation, _ chip: String, agrees: Bool) throws {
    if output.json {
      try output.printJSON(
        Told(
          chip: chip, agrees: agrees && found.agrees, compared: found.isCompared,
          settled: found.settled.count, findings: found.findings))
      return
    }
    let verdict =
      !found.isCompared
      ? "chip \(chip): nothing to compare"
      : agrees && found.agrees
        ? "chip \(chip): ledger and device agree" : "chip \(chip): ledger and device DO NOT AGREE"
    try output.write(([verdict] + found.findings).joined(separator: "\n") + "\n")
  }

  private struct Told: Encodable {
    let schema = "tare-reconciliation"
    let version = 1
    let chip: String
    let agrees, compared: Bool
    let settled: Int
    let findings: [String]
  }
}
