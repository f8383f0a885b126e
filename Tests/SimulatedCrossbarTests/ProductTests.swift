import DeviceContract
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

/// Products of regions with vectors, along rows and along columns.
@Suite struct ProductTests {
  private static let region = CellRegion(
    tile: 1, rows: Row(1)..<Row(40), columns: Column(3)..<Column(25))

  private static func chip(
    _ options: KeyValuePairs<String, String> = [:], preset: String = "ecram",
    state: String? = nil
  ) async throws -> SimulatedCrossbar {
    var settings = try chipSettings(preset, rows: 45, columns: 27, tiles: 2, state: state)
    for (name, value) in options { try settings.set(name, to: value) }
    let chip = try SimulatedCrossbar(settings)
    _ = try await chip.apply(chip.train(.uniform(.up, count: 30), on: region))
    _ = try await chip.apply(
      chip.train(.counts((0..<region.count).map { Int16($0 % 9 - 4) }), on: region))
    return chip
  }

  private static func inputs(_ count: Int) -> [Float] {
    (0..<count).map { Float(($0 * 37) % 65 - 32) / 32 }
  }

  /// Inputs that the unit holds exactly, and states without noise: half a unit of a sum, and the rounding of the sum to
  /// single precision, are left.
  @Test(arguments: [false, true])
  func aProductIsTheSumOfWeightTimesInput(transposed: Bool) async throws {
    let chip = try await Self.chip(["write_noise_std": "0"])
    let region = Self.region
    let (rows, columns) = (region.rows.count, region.columns.count)
    let inputs = Self.inputs(transposed ? rows : columns)
    let states = try await chip.states(of: region)
    let sums = try await chip.multiply(region, by: inputs, transposed: transposed)
    #expect(sums.count == (transposed ? columns : rows))
    for (line, sum) in sums.enumerated() {
      var expected = 0.0
      for (place, input) in inputs.enumerated() {
        let weight = transposed ? states[place * columns + line] : states[line * columns + place]
        expected += Double(weight) * (Double(input) * 32_767).rounded() / 32_767
      }
      #expect(abs(Double(sum) - expected) <= 0.5e-9 + abs(expected) * 0x1p-24 + 1e-12)
    }
  }

  /// Write noise is in a product, and that of a converter is not: a one among zeros finds what a converter without noise
  /// and without steps reads.
  @Test(arguments: [false, true])
  func aProductSeesWhatAReadSees(transposed: Bool) async throws {
    let options: KeyValuePairs = ["write_noise_std": "2", "adc_bits": "0", "read_noise": "0"]
    let chip = try await Self.chip(options)
    let region = Self.region
    let seen = try await chip.read(ReadRequest(region: region)).weights
    #expect(seen != (try await chip.states(of: region)))
    let lines = transposed ? region.rows.count : region.columns.count
    for line in [0, 7, lines - 1] {
      let inputs = (0..<lines).map { Float($0 == line ? 1 : 0) }
      let sums = try await chip.multiply(region, by: inputs, transposed: transposed)
      let expected = (0..<sums.count).map { other -> Float in
        let (row, column) = transposed ? (line, other) : (other, line)
        let weight = seen[row * region.columns.count + column]
        return Float((Double(weight) * 1e9).rounded() / 1e9)
      }
      #expect(sums == expected)
    }
  }

  /// A product takes time, and nothing else: reads after it draw the numbers that they draw without it.
  @Test func aProductChangesNothingButTheClock() async throws {
    let (chip, other) = (try await Self.chip(), try await Self.chip())
    let before = try await chip.history().clock
    _ = try await chip.multiply(Self.region, by: Self.inputs(22), transposed: false)
    _ = try await chip.multiply(Self.region, by: Self.inputs(39), transposed: true)
    #expect(try await chip.history().clock > before)
    let whole = chip.capabilities.whole(tile: 1)
    #expect(try await chip.states(of: whole) == (try await other.states(of: whole)))
    #expect(try await chip.odometer(of: whole) == (try await other.odometer(of: whole)))
    #expect(
      try await chip.read(ReadRequest(region: whole)).weights
        == (try await other.read(ReadRequest(region: whole)).weights))
  }

  @Test func aChipInAFileGivesTheSame() async throws {
    let scratch = try Scratch()
    let options: KeyValuePairs = ["relaxation": "5"]
    let chips = [
      try await Self.chip(options), try await Self.chip(options, state: scratch.path("chip")),
    ]
    var sums: [[Float]] = []
    for chip in chips {
      for transposed in [false, true, false] {
        sums.append(
          try await chip.multiply(
            Self.region, by: Self.inputs(transposed ? 39 : 22), transposed: transposed))
      }
    }
    #expect(Array(sums[..<3]) == Array(sums[3...]))
    // Time relaxes states, and products take time.
    #expect(sums[0] != sums[2])
  }
}
