import AnalogTraining
import DeviceContract
import Testing

/// P12 of docs/training.md: rules that are special cases of each other leave the same bits in every cell, under the same
/// random numbers.
@Suite struct IdentityTests {
  static let buffer = BufferSettings(transferRate: 0.2)

  /// All that two rules leave; the second of them must have written its slow array.
  static func compare(
    _ one: RuleSettings, _ other: RuleSettings, known: Float? = nil
  ) async throws -> (RuleBench.Traces, RuleBench.Traces) {
    let (a, b) = (
      try await RuleBench.traces(one, known: known), try await RuleBench.traces(other, known: known)
    )
    let slow = try #require(b.odometers.last)
    #expect(slow.totals.all > 50, "identities of rules that write nothing say nothing")
    #expect(a.states == b.states)
    #expect(a.odometers == b.odometers)
    return (a, b)
  }

  @Test(arguments: [false, true])
  func eriderWithoutGammaIsAGAD(byChance: Bool) async throws {
    var erider = ERIDER.Settings()
    (erider.fastRate, erider.gamma, erider.chopProbability) = (1, 0, 0.2)
    (erider.isRandom, erider.writing) = (byChance, .buffered(Self.buffer))
    var agad = AGAD.Settings()
    (agad.fastRate, agad.chopProbability, agad.isRandom) = (1, 0.2, byChance)
    agad.buffer = Self.buffer
    let (a, b) = try await Self.compare(.erider(erider), .agad(agad))
    #expect(a.tally.flips == b.tally.flips && a.tally.flips > 50)
    #expect(a.tally.columnReads == b.tally.columnReads && a.tally.cycles == b.tally.cycles)
    // AGAD latches at the visit after a flip: what has flipped at its last visit is still to come.
    #expect(a.tally.latches == a.tally.flips)
    #expect((0...24).contains(a.tally.latches - b.tally.latches))
  }

  @Test func eriderWithoutChoppingIsRIDER() async throws {
    var erider = ERIDER.Settings()
    (erider.fastRate, erider.chopProbability, erider.gain) = (1, 0, 0.02)
    erider.writing = .buffered(Self.buffer)
    var rider = RIDER.Settings()
    (rider.fastRate, rider.gain, rider.writing) = (1, 0.02, .buffered(Self.buffer))
    let (a, b) = try await Self.compare(.erider(erider), .rider(rider))
    #expect(a.tally == b.tally)
  }

  /// With a gain of 0 the reference stays what was known.
  static func frozen(gamma: Float, _ writing: RIDER.Writing) -> RuleSettings {
    var rider = RIDER.Settings()
    (rider.fastRate, rider.gain, rider.gamma, rider.writing) = (0.5, 0, gamma, writing)
    return .rider(rider)
  }

  static func residual(gamma: Float) -> RuleSettings {
    var residual = ResidualLearning.Settings()
    (residual.fastRate, residual.transferRate, residual.gamma) = (0.5, 0.1, gamma)
    return .residual(residual)
  }

  @Test func riderWithAFrozenReferenceIsResidualLearningWithIt() async throws {
    let (a, b) = try await Self.compare(
      Self.frozen(gamma: 0.4, .stochastic(rate: 0.1)), Self.residual(gamma: 0.4), known: -0.3)
    #expect(a.tally == b.tally)
  }

  @Test func riderWithAFrozenReferenceAndABufferIsTikiTakaTwo() async throws {
    var tikiTaka = BufferedTikiTaka.Settings()
    (tikiTaka.fastRate, tikiTaka.buffer) = (0.5, Self.buffer)
    let (a, b) = try await Self.compare(
      Self.frozen(gamma: 0, .buffered(Self.buffer)), .bufferedTikiTaka(tikiTaka), known: -0.3)
    #expect(a.tally == b.tally)
  }

  @Test func aReferenceOfZeroIsNone() async throws {
    let rule = Self.residual(gamma: 0.4)
    let (with, without) = (
      try await RuleBench.traces(rule, known: 0), try await RuleBench.traces(rule)
    )
    #expect(with == without)
    let (a, b) = try await Self.compare(
      Self.frozen(gamma: 0.4, .stochastic(rate: 0.1)), rule, known: 0)
    #expect(a.tally == b.tally)
  }

  @Test func residualLearningWithoutGammaIsTikiTaka() async throws {
    var tikiTaka = TikiTaka.Settings()
    (tikiTaka.fastRate, tikiTaka.transferRate) = (0.5, 0.1)
    let (a, b) = try await Self.compare(Self.residual(gamma: 0), .tikiTaka(tikiTaka))
    #expect(a.tally == b.tally)
    // The comparison can fail: a part of the fast array in the weights changes what is fired.
    let other = try await RuleBench.traces(Self.residual(gamma: 0.4))
    #expect(other.odometers != b.odometers)
  }
}
