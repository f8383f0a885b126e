import ArgumentParser
import Foundation
import PulseLedger
import ResponseModels

/// How a command is told which ledger to read.
struct LedgerArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A run folder, a ledger file, or the name of a chip whose lifetime ledger is kept here.",
      valueName: "run|chip|file"))
  var ledger: String

  @OptionGroup var homeOptions: LedgerHomeOptions

  /// The file of the ledger; what is not there is exit code 66.
  func path() throws -> String {
    let home = homeOptions.home
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: ledger, isDirectory: &isFolder)
    if exists && !isFolder.boolValue { return ledger }
    let inFolder = (ledger.hasSuffix("/") ? String(ledger.dropLast()) : ledger) + "/ledger.sqlite"
    if exists && FileManager.default.fileExists(atPath: inFolder) { return inFolder }
    // A folder that is no run must not hide a chip of the same name.
    if home.chips.contains(ledger) { return try home.ledger(ofChip: ledger) }
    if exists {
      let isRun = FileManager.default.fileExists(atPath: ledger + "/run.json")
      throw CommandFailure(
        .noInput,
        isRun
          ? "\(ledger): this run has no ledger.sqlite"
          : "\(ledger): this is neither the folder of a run nor that of a chip")
    }
    throw CommandFailure(.noInput, "\(ledger): there is no such run, ledger or chip; \(suggestion)")
  }

  private var suggestion: String {
    let chips = homeOptions.home.chips
    return chips.isEmpty
      ? "no chip has a ledger in \(homeOptions.home.path)"
      : Spelling.suggestion(for: ledger, in: chips)
  }
}
