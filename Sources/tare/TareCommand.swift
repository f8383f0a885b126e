import ArgumentParser

/// The root of the command line; each command is a file of its own in Commands.
@main
struct TareCommand: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "tare",
    abstract: "Finds and accounts for the symmetric point of ReRAM crossbars.",
    discussion: """
      Every pulse takes one road: it is checked, written down, fired once and counted. Devices are \
      named by selectors such as sim:low-noise or sim:device.json?rows=64&columns=64&seed=7.

      A first run:
        tare presets
        tare calibrate --device sim:low-noise --pulses 4000 --out first-run

      Exit codes: 0 done, 1 a check failed or a budget refused, 64 usage, 65 bad data, 66 no such \
      file, 69 device unavailable, 74 input or output, 75 busy, 77 permission, 130 interrupted after \
      the outputs were parked.
      """,
    version: version,
    subcommands: [
      PresetsCommand.self, FitCommand.self, SimulateCommand.self, CalibrateCommand.self,
      StudyCommand.self, AuditCommand.self, LedgerCommand.self,
    ])
}
