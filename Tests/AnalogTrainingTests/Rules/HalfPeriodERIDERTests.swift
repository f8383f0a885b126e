import AnalogTraining
import ReproducibleNoise
import Testing

/// The rule of this project: E-RIDER with the mean of the half-period before.
@Suite struct HalfPeriodERIDERTests {
  static func settings(skipped: Int = 4, probability: Double = 0.05) -> RuleSettings {
    var settings = HalfPeriodERIDER.Settings()
    (settings.skipped, settings.common.chopProbability) = (skipped, probability)
    return .halfPeriodERIDER(settings)
  }

  @Test func itsReferenceIsTheMeanOfTheVisitsThatCount() throws {
    var rule = try Self.settings().rule(
      for: layer(rows: 1, columns: 1), initial: Matrix(rows: 1, columns: 1))
    var random = RandomStream(seed: 1)
    for visit in 1...20 {
      guard case .read = rule.transfer(nil, using: &random) else { break }
      _ = rule.transfer([visit <= 4 ? 100 : Float(visit)], using: &random)
    }
    #expect(rule.tally.flips == 1 && rule.tally.latches == 1)
    // The mean of 5 to 20.
    #expect(rule.reference?.estimate.values == [12.5])
  }

  @Test func itsCountsAreThoseOfERIDER() throws {
    let tally = try ChopperTests.digits(Self.settings())
    #expect(tally.columnReads == 17_160 && tally.flips == 800 && tally.latches == 800)
  }

  @Test(arguments: [(20, 0.05), (4, 0), (-1, 0.05)])
  func aHalfPeriodThatIsLeftOutWholeIsRefused(skipped: Int, probability: Double) {
    let error = #expect(throws: TrainingError.self) {
      _ = try Self.settings(skipped: skipped, probability: probability).rule(
        for: layer(rows: 1, columns: 1), initial: Matrix(rows: 1, columns: 1))
    }
    #expect(error?.code == .badSetting)
  }
}
