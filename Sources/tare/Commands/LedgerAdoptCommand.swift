import ArgumentParser
import DeviceContract
import Foundation
import PulseLedger

/// `tare ledger adopt`: a person takes over a history that the ledger cannot explain.
struct LedgerAdoptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Takes over a device's history that the ledger cannot explain.",
    discussion: """
      A device whose history does not match its ledger is not pulsed. Find out why first: \
      `tare ledger reconcile` says which cells and trains differ. Adopting writes a record with your \
      name and reason, goes on from what the device counts, and books the pulses that no train explains \
      as wear of the chip. It also takes over the host's clock after one that was wrong.
        tare ledger adopt --device 'sim:reram-sb?state=chip.state' --reason "used on another bench"
      """)

  @OptionGroup var options: DeviceOptions
  @OptionGroup var ledger: ChipOptions

  @Option(help: "Who takes it over. [the user's login name]")
  var operatorName: String = NSUserName()

  @Option(help: "Why; it stays in the ledger for as long as the chip exists.")
  var reason: String

  @Flag(help: "The pulses that no train explains were fired on another chip: do not count them.")
  var otherChip = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      guard !reason.allSatisfy(\.isWhitespace), !operatorName.allSatisfy(\.isWhitespace) else {
        throw CommandFailure(.usage, "an adoption needs a name and a reason")
      }
      try await options.withDevice { try await adopt($0.device) }
    }
  }

  private func adopt(_ device: any PulseDevice) async throws {
    try ChipOptions.needsMemory(device, named: try ledger.name())
    let adoption = LedgerAdoption(
      operatorName: operatorName, reason: reason, countsAsWear: !otherChip)
    let result = try await adoption.adopt(
      device, home: ledger.home, chip: try ledger.name(), program: TareCommand.program)
    await device.park()
    if output.json {
      try output.printJSON(Told(result))
      return
    }
    var lines = result.reconciliation.findings
    lines.append(
      result.wasNeeded
        ? "chip \(result.chip): \(operatorName) adopted the device's history; \(result.unexplained) "
          + "pulses that no train explains\(otherChip ? " (of another chip)" : ""), "
          + "\(result.missing) that the device does not count"
        : "chip \(result.chip): ledger and device agree; there is nothing to adopt")
    try output.write(lines.joined(separator: "\n") + "\n")
  }

  private struct Told: Encodable {
    let schema = "tare-adoption"
    let version = 1
    let chip: String
    let adopted: Bool
    let unexplainedPulses, missingPulses: Int
    let findings: [String]

    init(_ result: LedgerAdoption.Result) {
      chip = result.chip
      adopted = result.wasNeeded
      (unexplainedPulses, missingPulses) = (result.unexplained, result.missing)
      findings = result.reconciliation.findings
    }
  }
}
