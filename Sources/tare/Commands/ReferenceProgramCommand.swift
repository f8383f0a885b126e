import ArgumentParser
import Calibration
import DeviceContract

/// `tare reference program`: the symmetric points written into a second array.
struct ReferenceProgramCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "program",
    abstract: "Writes the symmetric points of a run into a reference array.",
    discussion: """
      The cells of another tile, or of another device, are brought to the symmetric points by write-verify: \
      pulses, a read, pulses by what was read, until each is within the tolerance. What it costs is said \
      before the first pulse.
        tare reference program measured --device 'sim:low-noise?tiles=2&state=chip.state' --tile 1 \
      --tolerance 1% --dry-run
        tare reference program measured --device tcp:HOST:7700 --tile 1 --tolerance 1% \
      --expect my-device.json --budget 500/cell --out written

      A run that was interrupted or killed goes on when the same command is given again. At its end each cell \
      has a verdict: reached, near (its steps are larger than the tolerance), outOfReach, stuck or budget.
      """)

  @Argument(help: ArgumentHelp("The run folder, or a reference.json.", valueName: "run"))
  var source: String

  @Option(help: "The crossbar of the device that is to hold the reference.")
  var tile: Int = 0

  @Option(
    help: """
      Where in the array: FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN; as large as the reference. [where the \
      reference was measured]
      """)
  var region: String?

  @OptionGroup var filling: FillOption

  @OptionGroup var writing: WriteOptions

  func run() async throws {
    try await reporting {
      let map = try ReferenceMap(run: source)
      let filled = try map.filled(by: filling.fill)
      try await writing.carryOut(
        "program", map, to: filled.values, isOwn: false,
        settings: [
          "fill": filling.fill.rawValue, "tile": "\(tile)", "region": region ?? "as measured",
        ]
      ) { capabilities in
        let place = try place(of: map, capabilities)
        if let words = filling.words(map) { writing.output.talk.say(words) }
        return place
      }
    }
  }

  /// The cells that are to hold the reference.
  private func place(of map: ReferenceMap, _ capabilities: Capabilities) throws -> CellRegion {
    var place = map.region
    place.tile = Tile(tile)
    if let region {
      guard let parsed = CellRegion(text: region, tile: Tile(tile)) else {
        throw CommandFailure(
          .usage,
          "--region \"\(region)\": write FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN, such as 0:15,0:31"
        )
      }
      place = parsed
    }
    guard place.rows.count == map.region.rows.count, place.columns.count == map.region.columns.count
    else {
      throw CommandFailure(
        .usage,
        "--region \(region ?? ""): \(place.rows.count) x \(place.columns.count) cells, and the reference has "
          + "\(map.region.rows.count) x \(map.region.columns.count)")
    }
    guard !WriteOptions.isSame(map.device, capabilities.identity) || !place.overlaps(map.region)
    else {
      throw CommandFailure(
        .usage,
        "\(place) holds cells that were calibrated themselves: --tile names another crossbar, and "
          + "`tare reference shift` brings the calibrated cells to their symmetric points")
    }
    return place
  }
}

extension CellRegion {
  /// Whether two regions have a cell in common.
  fileprivate func overlaps(_ other: CellRegion) -> Bool {
    tile == other.tile && rows.overlaps(other.rows) && columns.overlaps(other.columns)
  }
}
