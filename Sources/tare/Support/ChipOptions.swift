import ArgumentParser
import DeviceContract
import Foundation
import PulseLedger

/// Which chip is on the device, and where its ledger is.
struct ChipOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The chip that is on the device: its ledger goes by this name, on whatever board. "
        + "[TARE_CHIP, the bench file's, or the serial number of the device]",
      valueName: "name"))
  var chip: String?

  @OptionGroup var homeOptions: LedgerHomeOptions

  /// The name that was given, by option or by environment.
  func name() throws -> String? {
    let environment = ProcessInfo.processInfo.environment["TARE_CHIP"]
    guard let name = chip ?? environment.flatMap({ $0.isEmpty ? nil : $0 }) else { return nil }
    guard !name.allSatisfy(\.isWhitespace) else {
      throw CommandFailure(.usage, "--chip is empty: a name is needed")
    }
    return name
  }

  /// Refuses a device that remembers nothing, unless its chip is named: there would be nothing to compare,
  /// and a ledger would be made for a chip that ends with the process.
  static func needsMemory(_ device: any PulseDevice, named name: String?) throws {
    guard name == nil, device.capabilities.counterDurability == .volatile else { return }
    throw CommandFailure(
      .usage,
      "this device keeps no state (a simulator does with state=FILE), so that there is nothing to compare; "
        + "name the chip with --chip if it has a ledger")
  }

  /// The home in force.
  var home: LedgerHome { homeOptions.home }
}
