import ArgumentParser
import Calibration
import DeviceContract

/// `tare reference shift`: the calibrated cells brought to their own symmetric points.
struct ReferenceShiftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shift",
    abstract: "Brings each cell of the calibrated array to its own symmetric point.",
    discussion: """
      The zero of the array is then where its cells are symmetric, as after zero-shifting, and it takes tens \
      of pulses a cell where that takes thousands. Cells without a symmetric point are left alone.
        tare reference shift measured --device 'sim:low-noise?state=chip.state' --tolerance 1% --dry-run
        tare reference shift measured --device 'sim:low-noise?state=chip.state' --tolerance 1% \
      --budget 500/cell --out shifted

      A run that was interrupted or killed goes on when the same command is given again. At its end each cell \
      has a verdict: reached, near (its steps are larger than the tolerance), outOfReach, stuck or budget.
      """)

  @Argument(help: ArgumentHelp("The run folder, or a reference.json.", valueName: "run"))
  var source: String

  @OptionGroup var writing: WriteOptions

  func run() async throws {
    try await reporting {
      let map = try ReferenceMap(run: source)
      try await writing.carryOut("shift", map, to: map.values, isOwn: true, settings: [:]) {
        guard WriteOptions.isSame(map.device, $0.identity) else {
          throw CommandFailure(
            .usage,
            "\(source) calibrated \(map.device.model) \(map.device.serialNumber), and this is "
              + "\($0.identity.model) \($0.identity.serialNumber), whose cells have other symmetric points: "
              + "`tare reference program` writes a reference into another array")
        }
        return map.region
      }
    }
  }
}
