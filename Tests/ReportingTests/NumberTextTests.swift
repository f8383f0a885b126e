import Testing

@testable import Reporting

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, "0"), (-0.004, "0"), (1.005, "1"), (12.5, "12.5"), (-3.25, "-3.25"), (0.07, "0.07"),
    (-0.5, "-0.5"), (1e12, "1000000000"), (.nan, "0"), (.infinity, "0"),
  ])
  func coordinatesHaveTwoDecimalsAtMost(value: Double, expected: String) {
    #expect(NumberText.coordinate(value) == expected)
  }

  @Test(arguments: [
    (5, -1, "0.5"), (-5, -3, "\u{2212}0.005"), (12, 0, "12"), (2, 4, "20\u{2009}000"),
    (1234, -2, "12.34"), (0, 3, "0"), (1_234_567, 0, "1\u{2009}234\u{2009}567"),
  ])
  func decimalsAreExact(mantissa: Int, exponent: Int, expected: String) {
    #expect(NumberText.decimal(mantissa, exponent: exponent) == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (0.12345, "0.123"), (-0.12345, "\u{2212}0.123"), (999.6, "1000"),
    (99.96, "100"), (123_456, "123\u{2009}000"), (1_234_567, "1.23×10⁶"), (1.5e-7, "1.50×10⁻⁷"),
    (.leastNonzeroMagnitude, "4.94×10⁻³²⁴"), (1.7e308, "1.70×10³⁰⁸"), (.infinity, "∞"),
    (.nan, "no value"),
  ])
  func threeSignificantDigits(value: Double, expected: String) {
    #expect(NumberText.significant(value) == expected)
  }

  @Test(arguments: [
    (4100.0, "", "4.10 k"), (35e-6, "S", "35.0 µS"), (999.6, "Ω", "1.00 kΩ"), (0.25, "", "250 m"),
    (1.2, "V", "1.20 V"), (-2.5e-3, "A", "\u{2212}2.50 mA"), (0, "V", "0 V"),
    (1e-9, "s", "1.00 ns"), (1e3, "Ω", "1.00 kΩ"), (999.4e-9, "S", "999 nS"),
    (1e20, "Ω", "1.00×10²⁰ Ω"), (.nan, "S", "no value S"),
  ])
  func engineeringNotation(value: Double, unit: String, expected: String) {
    #expect(EngineeringNumber(value: value, unit: unit).text == expected)
  }

  @Test(arguments: [(-7, -9), (-6, -6), (-1, -3), (0, 0), (2, 0), (3, 3), (5, 3)])
  func engineeringExponentsRoundDown(exponent: Int, expected: Int) {
    #expect(EngineeringNumber.engineeringExponent(exponent) == expected)
  }

  @Test func unitsWithoutPrefixStayAsTheyAre() {
    #expect(EngineeringNumber.quantity(0.012, unit: "weight") == "0.0120 weight")
    #expect(EngineeringNumber.quantity(0.012, unit: "V") == "12.0 mV")
  }
}
