import Foundation
import PhysicalUnits
import Testing

@Suite struct PulseWidthTests {
  @Test(arguments: [
    ("100 ns", 100_000), ("62.5 ns", 62_500), ("1 µs", 1_000_000), ("0 s", 0), ("3 ps", 3),
    ("1e-6 s", 1_000_000), ("2 ms", 2_000_000_000), ("0.1 s", 100_000_000_000),
  ])
  func reads(text: String, picoseconds: Int64) throws {
    #expect(try PulseWidth(parsing: text).picoseconds == picoseconds)
  }

  @Test(arguments: [
    ("-100 ns", UnitError.Code.negative), ("-0 s", .negative), ("0.5 ps", .notRepresentable),
    ("1 Ts", .notRepresentable), ("nan s", .notFinite), ("100", .missingUnit),
    ("100 V", .unknownUnit),
  ])
  func refuses(text: String, code: UnitError.Code) {
    #expect { try PulseWidth(parsing: text) } throws: { ($0 as? UnitError)?.code == code }
  }

  @Test func printsWithoutLoss() throws {
    for picoseconds in [Int64(1), 62_500, 100_000, 123_456_789, 1_000_000_000_001] {
      let width = PulseWidth(picoseconds: picoseconds)
      #expect(try PulseWidth(parsing: width.description) == width)
    }
    #expect(PulseWidth.nanoseconds(100).description == "100 ns")
  }

  @Test func aNegativeWidthInAFileIsRefused() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([PulseWidth].self, from: Data("[-1]".utf8))
    }
  }
}

@Suite struct RangeTests {
  @Test func quantisesToTheNearestStep() throws {
    let range = try SteppedRange(from: Volts(0.1), through: Volts(2), step: Volts(0.05))
    #expect(range.quantised(Volts(1.21))?.description == "1.2 V")
    #expect(range.quantised(Volts(0.08))?.description == "100 mV")
    #expect(range.quantised(Volts(2.1)) == nil)
    #expect(range.quantised(Volts(.nan)) == nil)
    let widths = try SteppedWidths(
      from: .nanoseconds(20), through: .microseconds(1), step: .nanoseconds(10))
    #expect(widths.quantised(.nanoseconds(104)) == .nanoseconds(100))
    #expect(widths.quantised(.nanoseconds(3)) == nil)
    #expect(widths.quantised(.microseconds(2)) == nil)
  }

  @Test(arguments: [
    (Double.nan, 1.0, 0.1), (0, .infinity, 0.1), (0, 1, .nan), (1, 0, 0.1), (0, 1, 0),
  ])
  func refusesARangeThatLimitsNothing(lowest: Double, highest: Double, step: Double) {
    #expect(throws: UnitError.self) {
      try SteppedRange(from: Volts(lowest), through: Volts(highest), step: Volts(step))
    }
    #expect(throws: UnitError.self) { try Volts(limit: .nan) }
  }

  @Test func ohmsLawHoldsInEveryForm() {
    let (voltage, current) = (Volts(1.2), Amperes(24e-6))
    let conductance = current / voltage
    #expect(abs(conductance / Siemens(20e-6) - 1) < 1e-12)
    #expect(abs(voltage / current / conductance.resistance - 1) < 1e-12)
    #expect(abs(voltage * conductance / current - 1) < 1e-12)
    #expect(abs(current * conductance.resistance / voltage - 1) < 1e-12)
    let energy = Joules.dissipated(by: voltage, in: conductance, during: Seconds(1e-7))
    #expect(abs(energy / Joules(1.2 * 24e-6 * 1e-7) - 1) < 1e-12)
  }
}
