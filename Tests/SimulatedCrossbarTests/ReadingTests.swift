import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct ReadingTests {
  private func device(
    _ options: [(String, String)], preset: String = "low-noise"
  ) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
    for (name, value) in options { try settings.set(name, to: value) }
    return try SimulatedCrossbar(settings)
  }

  /// 4,096 cells know a standard deviation to 1.1 %: 4.5 of that is 5 % (false alarm 7e-6).
  @Test(arguments: [1, 4, 16])
  func averagingDividesTheNoise(averages: Int) async throws {
    let device = try device([("read_noise", "0.01"), ("adc_bits", "0"), ("seed", "3")])
    let region = device.capabilities.whole()
    let reading = try await device.read(ReadRequest(region: region, averages: averages))
    let states = try await device.states(of: region)
    let squares = zip(reading.weights, states).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
    let found = (squares / Double(reading.weights.count)).squareRoot()
    #expect(abs(found / (0.02 / Double(averages).squareRoot()) - 1) < 0.05)
    #expect(reading.averages == averages && reading.saturated == 0)
  }

  /// Noise belongs to a cell and its samples: cells that are read below each other find what those of a row find.
  @Test(arguments: ["0", "12"], ["low-noise", "ecram"])
  func columnsAreReadAsRowsAre(bits: String, preset: String) async throws {
    let options = [
      ("read_noise", "0.05"), ("adc_bits", bits), ("seed", "8"), ("rows", "45"), ("columns", "21"),
    ]
    let (device, other) = (try device(options, preset: preset), try device(options, preset: preset))
    for chip in [device, other] {
      _ = try await chip.apply(chip.train(.uniform(.up, count: 40)))
    }
    let whole = CellRegion(rows: 2..<43, columns: 0..<21)
    for averages in [1, 3] {
      let reading = try await device.read(ReadRequest(region: whole, averages: averages))
      var saturated = 0
      for (first, last) in [(0, 1), (1, 2), (2, 5), (5, 21)] {
        let part = CellRegion(rows: 2..<43, columns: Column(first)..<Column(last))
        let found = try await other.read(ReadRequest(region: part, averages: averages))
        saturated += found.saturated
        for row in part.rows {
          for column in part.columns {
            #expect(
              found.weights[part.offset(row: row, column: column)]
                == reading.weights[whole.offset(row: row, column: column)])
          }
        }
      }
      #expect(saturated == reading.saturated)
    }
  }

  @Test func quantisedValuesLieOnTheGridOfTheConverter() async throws {
    let device = try device([("read_noise", "0.05"), ("adc_bits", "6")])
    let converter = device.capabilities.converter
    let step = (converter.range.upperBound - converter.range.lowerBound) / 63
    let reading = try await device.read(ReadRequest(region: device.capabilities.whole()))
    for weight in reading.weights {
      let code = (Double(weight) - converter.range.lowerBound) / step
      #expect(abs(code - code.rounded()) < 1e-4)
    }
    #expect(Set(reading.weights).count > 3)
  }

  @Test func valuesBeyondTheRangeAreCountedAsSaturated() async throws {
    let device = try device([("read_noise", "1"), ("seed", "2")])
    let range = device.capabilities.converter.range
    let reading = try await device.read(ReadRequest(region: device.capabilities.whole()))
    #expect(reading.saturated > 100)
    #expect(
      reading.weights.allSatisfy {
        Double($0) >= range.lowerBound - 1e-6 && Double($0) <= range.upperBound + 1e-6
      })
  }

  /// Write noise stays between pulses and is drawn anew by each; its standard deviation is write_noise_std
  /// times dw_min, here of 4,096 cells within 5 % (false alarm 7e-6).
  @Test func writeNoiseIsFrozenBetweenPulses() async throws {
    let device = try device(
      [("read_noise", "0"), ("adc_bits", "0"), ("dw_min_std", "0")], preset: "reram-sb")
    let region = device.capabilities.whole()
    let request = ReadRequest(region: region)
    let untouched = try await device.read(request).weights
    #expect(untouched.allSatisfy { $0 == 0 })
    let train = PulseTrain(
      region: region, pattern: .alternating(pairs: 1), shape: device.capabilities.nominalShape,
      cause: .manual)
    _ = try await device.apply(train)
    let first = try await device.read(request).weights
    #expect(try await device.read(request).weights == first)
    let states = try await device.states(of: region)
    let squares = zip(first, states).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
    #expect(abs((squares / 4096).squareRoot() / 0.112 - 1) < 0.05)
    _ = try await device.apply(train)
    #expect(zip(try await device.read(request).weights, first).count { $0 == $1 } < 5)
  }
}
