import PhysicalUnits
import Testing

@Suite struct EngineeringNotationTests {
  @Test(arguments: [
    ("1.2 V", 1.2), ("1.2V", 1.2), (" -0.5 V ", -0.5), ("300 mV", 0.3), ("250uV", 250e-6),
    ("250 µV", 250e-6), ("250 \u{03BC}V", 250e-6), ("1e-3 V", 1e-3), ("2 kV", 2_000), (".5 V", 0.5),
  ])
  func readsVolts(text: String, volts: Double) throws {
    #expect(try Volts(parsing: text).value == volts)
  }

  @Test(arguments: ["10 kΩ", "10 kohm", "10k\u{2126}", "10000 Ohm", "0.01 MΩ"])
  func readsEverySpellingOfOhm(text: String) throws {
    #expect(try Ohms(parsing: text) == Ohms(10_000))
  }

  @Test(arguments: [
    ("", UnitError.Code.notANumber), ("V", .notANumber), ("nan V", .notFinite),
    ("inf V", .notFinite), ("-inf V", .notFinite), ("1e999 V", .notFinite), ("1.2", .missingUnit),
    ("1.2 A", .unknownUnit), ("1.2 xV", .unknownUnit), ("1,2 V", .unknownUnit),
    ("1.2 V V", .unknownUnit),
  ])
  func refuses(text: String, code: UnitError.Code) {
    #expect { try Volts(parsing: text) } throws: { ($0 as? UnitError)?.code == code }
  }

  @Test(arguments: [
    (1.2, "1.2 V"), (0.3, "300 mV"), (0.9999999, "1 V"), (-0.0005, "-500 µV"), (0, "0 V"),
    (1_500, "1.5 kV"), (1e-15, "1 fV"), (1e-18, "0.001 fV"), (123_456_789, "123.457 MV"),
  ])
  func prints(volts: Double, text: String) {
    #expect(Volts(volts).description == text)
  }

  @Test func printingAndReadingAgree() throws {
    for exponent in -15...12 {
      for digits in [1.0, 2.5, 99.9, 123.0] {
        let siemens = Siemens(Double("\(digits)e\(exponent)") ?? 0)
        #expect(abs(try Siemens(parsing: siemens.description) / siemens - 1) < 1e-5)
      }
    }
  }
}
