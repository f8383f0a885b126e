import ArgumentParser
import Foundation
import PulseLedger

/// Where the lifetime ledgers of chips are.
struct LedgerHomeOptions: ParsableArguments {
  @Option(
    name: .customLong("home"),
    help: ArgumentHelp(
      "The folder of the chips' ledgers. [TARE_HOME or ~/.local/state/tare]", valueName: "folder"))
  var folder: String?

  var home: LedgerHome {
    folder.map(LedgerHome.init(path:)) ?? .standard(ProcessInfo.processInfo.environment)
  }
}
