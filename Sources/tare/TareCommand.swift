import ArgumentParser

/// The root of the command line; each command is a file of its own in Commands.
@main
struct TareCommand: AsyncParsableCommand {
  static let version = "0.1.0"
  /// Name and version, as records name the program that wrote them.
  static let program = "tare \(version)"

  static let configuration = CommandConfiguration(
    commandName: "tare",
    abstract: "Finds and accounts for the symmetric point of ReRAM crossbars.",
    discussion: """
      Every pulse takes one road: it is checked, written down, fired once and counted. Devices are \
      named by selectors such as sim:low-noise, sim:device.json?rows=64&columns=64&seed=7, \
      serial:/dev/ttyACM0?baud=921600, usb:1209:0001:SN-7, terminal:/dev/pts/3 or tcp:127.0.0.1:7700. \
      `tare devices` lists boards that are plugged in, `tare doctor` says why one is not.

      A first run:
        tare presets
        tare calibrate --device sim:low-noise --pulses 4000 --out first-run

      Exit codes: 0 done, 1 a check failed or a budget refused, 64 usage, 65 bad data, 66 no such \
      file, 69 device unavailable, 74 input or output, 75 device or ledger busy, 77 permission, 78 \
      limits or a bench file that cannot be, 130 interrupted after the outputs were parked.
      """,
    version: version,
    subcommands: [
      PresetsCommand.self, FitCommand.self, SimulateCommand.self, CalibrateCommand.self,
      ScheduleCommand.self, ReferenceCommand.self, TrainCommand.self, TrackCommand.self,
      StudyCommand.self, AuditCommand.self, LedgerCommand.self, BoardCommand.self,
      DevicesCommand.self, DoctorCommand.self,
      DescribeCommand.self,
      VerifyCommand.self, StopCommand.self,
    ])
}
