import DeviceContract
import ResponseModels
import Testing

@testable import SimulatedCrossbar

/// Tiles whose cells are drawn from another device than those of the others.
@Suite struct TileParameterTests {
  private func settings(
    _ options: KeyValuePairs<String, String>, preset: String = "reram-hfo2", tiles: Int = 2,
    state: String? = nil
  ) throws -> SimulatorSettings {
    var settings = try chipSettings(preset, rows: 24, columns: 30, tiles: tiles, state: state)
    for (name, value) in options { try settings.set(name, to: value) }
    return settings
  }

  /// One tile is that of a crossbar on which all tiles have the parameters, the other that of one on which none has:
  /// cells, pulses, reads, truth and events.
  @Test(arguments: [
    ("reram-hfo2", ["reference_mean": "0.4", "reference_std": "0.5", "dw_min_dtod": "0"]),
    ("reram-hfo2", ["dw_min": "0.05", "dw_min_std": "0.5", "mult_noise": "true"]),
    ("ecram", ["write_noise_std": "3", "dw_min": "0.004", "w_max_dtod": "0"]),
    ("reram-es", ["A_up": "0.002", "a": "0.3", "dw_min_std_slope": "0.1", "reset_std": "0.2"]),
  ])
  func aTileIsThatOfADeviceOfItsOwn(preset: String, parameters: [String: String]) async throws {
    var mixed = try settings(["noise": "on", "adc_bits": "0", "read_noise": "0"], preset: preset)
    let plain = mixed
    var other = mixed
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try other.set(name, to: value)
      try mixed.set("tile1.\(name)", to: value)
    }
    let chips = try [mixed, plain, other].map { try SimulatedCrossbar($0) }
    for chip in chips {
      for tile in 0..<2 {
        let whole = chip.capabilities.whole(tile: Tile(tile))
        _ = try await chip.apply(chip.train(.uniform(.up, count: 12), on: whole))
        _ = try await chip.apply(chip.train(.alternating(pairs: 5), on: whole))
        try await chip.undergo(.reset, tile: Tile(tile))
        _ = try await chip.apply(chip.train(.uniform(.down, count: 7), on: whole))
      }
    }
    for (tile, expected) in [(0, chips[1]), (1, chips[2])] {
      let whole = chips[0].capabilities.whole(tile: Tile(tile))
      let mixed = chips[0]
      #expect(
        try await mixed.hiddenParameters(of: whole)
          == (try await expected.hiddenParameters(of: whole)))
      #expect(try await mixed.states(of: whole) == (try await expected.states(of: whole)))
      #expect(
        try await mixed.symmetricPoints(of: whole)
          == (try await expected.symmetricPoints(of: whole)))
      #expect(
        try await mixed.read(ReadRequest(region: whole)).weights
          == (try await expected.read(ReadRequest(region: whole)).weights))
    }
    let both = (0..<2).map { chips[0].capabilities.whole(tile: Tile($0)) }
    #expect(try await chips[0].states(of: both[0]) != (try await chips[0].states(of: both[1])))
  }

  @Test func theConverterReachesOverAllTiles() throws {
    func range(_ options: KeyValuePairs<String, String>) throws -> ClosedRange<Double> {
      try SimulatedCrossbar(settings(options)).capabilities.converter.range
    }
    let plain = try range([:])
    let far = try range(["tile0.reference_mean": "0.4", "tile0.reference_std": "1"])
    #expect(far == (try range(["reference_mean": "0.4", "reference_std": "1"])))
    #expect(far.lowerBound < plain.lowerBound && far.upperBound > plain.upperBound)
    // A tile of smaller cells takes nothing from the others.
    #expect(try range(["tile0.w_max": "0.1"]) == plain)
  }

  @Test(arguments: [
    ("tile2.reference_mean", "0.4", "2 tiles"), ("tile7.dw_min", "0.1", "2 tiles"),
    ("tile0.reference_men", "0.4", "reference_mean"), ("tile0.", "1", "no such parameter"),
    ("tile0.rows", "3", "one for all tiles"), ("tile1.read_noise", "0.1", "one for all tiles"),
    ("tile0.seed", "3", "one for all tiles"), ("tile0.tile1.dw_min", "1", "no such parameter"),
    ("tile0.reference_mean", "much", "number"), ("tile0.reference_std", "-1", "negative"),
    ("tile0.w_max", "nan", "finite"), ("tilex.dw_min", "0.1", "no such option"),
    ("tile-1.dw_min", "0.1", "no such option"), ("tile.dw_min", "0.1", "no such option"),
    ("tile99999999999999999999.dw_min", "0.1", "no such option"),
    ("tile0.gamma_up", "0.1", "no such parameter"),
  ])
  func whatCannotBeIsRefused(name: String, value: String, word: String) throws {
    let error = #expect(throws: ModelError.self) {
      var settings = try settings([:])
      try settings.set(name, to: value)
      _ = try SimulatedCrossbar(settings)
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(word) && text.contains(name), "\(text)")
  }

  /// A refused option leaves nothing behind.
  @Test func aRefusalChangesNothing() throws {
    var settings = try settings(["tile0.reference_mean": "0.4"])
    #expect(throws: ModelError.self) { try settings.set("tile0.reference_mean", to: "far") }
    #expect(try settings.model(ofTile: 0).referenceMean == 0.4)
    #expect(try settings.model(ofTile: 1) == settings.device.model)
  }

  @Test func givenCellsAreDrawnFromNoTile() async throws {
    var settings = try settings(["tile0.reference_mean": "0.4"])
    let chip = try SimulatedCrossbar(settings)
    settings.cells = try await chip.hiddenParameters(of: chip.capabilities.whole())
    #expect(throws: ModelError.self) { try SimulatedCrossbar(settings) }
  }

  /// A chip in a file is opened with its own tiles and with no others, however the numbers are written.
  @Test func aFileHoldsTheTilesItWasMadeWith() async throws {
    let scratch = try Scratch()
    let path = scratch.path("chip")
    let options: KeyValuePairs = ["tile0.reference_mean": "0.4", "tile1.dw_min_dtod": "0.1"]
    let states: [Float]
    do {
      let chip = try SimulatedCrossbar(settings(options, state: path))
      _ = try await chip.apply(chip.train(.uniform(.up, count: 9)))
      states = try await chip.states(of: chip.capabilities.whole())
    }
    do {
      let again: KeyValuePairs = ["tile1.dw_min_dtod": "1e-1", "tile0.reference_mean": "0.40"]
      let chip = try SimulatedCrossbar(settings(again, state: path))
      #expect(try await chip.states(of: chip.capabilities.whole()) == states)
    }
    for other: KeyValuePairs<String, String> in [
      [:], ["tile0.reference_mean": "0.4"],
      ["tile0.reference_mean": "0.5", "tile1.dw_min_dtod": "0.1"],
      ["tile1.reference_mean": "0.4", "tile1.dw_min_dtod": "0.1"],
    ] {
      let error = #expect(throws: StateFileError.self) {
        try SimulatedCrossbar(settings(other, state: path))
      }
      #expect(error?.code == .otherChip && error?.explanation.contains("tile") == true)
    }
  }
}
