import ArgumentParser
import Foundation
import PulseLedger

/// Where the lifetime ledgers of chips are.
struct LedgerHomeOptions: ParsableArguments {
  @Option(
    name: .customLong("home"),
    help: ArgumentHelp(
      "The folder of the chips' ledgers. [TARE_HOME, or tare in XDG_STATE_HOME or ~/.local/state]",
      valueName: "folder"))
  var homePath: String?

  /// The home in force.
  var home: LedgerHome {
    homePath.map(LedgerHome.init) ?? .standard(ProcessInfo.processInfo.environment)
  }
}
