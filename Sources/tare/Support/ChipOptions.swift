import ArgumentParser
import PulseLedger

/// Which chip is on the device, and where its ledger is.
struct ChipOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The chip that is on the device: its ledger goes by this name, on whatever board. "
        + "[TARE_CHIP, or the serial number of the device]",
      valueName: "name"))
  var chip: String?

  @OptionGroup var homeOptions: LedgerHomeOptions

  /// The home in force.
  var home: LedgerHome { homeOptions.home }
}
