import AnalogTraining
import Testing

/// Settings with which the weights could never be written are refused before anything is fired.
@Suite struct CannotFireTests {
  /// docs/training.md: lr_H * range / eta = .0649 * 2 / .25 is .52 pulses, and no buffer ever fires.
  @Test func aFastAverageWithoutAChopperIsRefused() throws {
    var settings = RIDER.Settings()
    (settings.gain, settings.writing) = (0.25, .buffered(.init(transferRate: 0.03)))
    let error = #expect(throws: TrainingError.self) {
      _ = try RuleSettings.rider(settings).rule(
        for: layer(rows: 2, columns: 3), initial: Matrix(rows: 2, columns: 3))
    }
    #expect(error?.code == .cannotFire)
    let text = error?.description ?? ""
    #expect(text.contains("0.25") && text.contains("e-rider with a chopper"))
    // At the gain that it advises it can fire.
    settings.gain = 0.25 * 0.5
    #expect(throws: Never.self) { _ = try RIDER(settings, layer: layer(rows: 2, columns: 3)) }
  }

  @Test func anERIDERWithoutChoppingIsHeldToTheSame() throws {
    var settings = ERIDER.Settings()
    (settings.chopProbability, settings.gain) = (0, 0.25)
    settings.writing = .buffered(.init(transferRate: 0.03))
    let shape = layer(rows: 2, columns: 3)
    #expect(throws: TrainingError.self) { _ = try ERIDER(settings, layer: shape) }
    settings.chopProbability = 0.05
    #expect(throws: Never.self) { _ = try ERIDER(settings, layer: shape) }
    (settings.chopProbability, settings.writing) = (0, .stochastic(rate: 0.03))
    #expect(throws: Never.self) { _ = try ERIDER(settings, layer: shape) }
  }

  @Test func anAGADWithoutAChopperNeverGetsAReference() throws {
    var settings = AGAD.Settings()
    settings.chopProbability = 0
    let error = #expect(throws: TrainingError.self) {
      _ = try AGAD(settings, layer: layer(rows: 2, columns: 3))
    }
    #expect(error?.code == .cannotFire)
    let known = KnownReference(rows: 2, columns: 3, value: 0.1)
    #expect(throws: Never.self) {
      _ = try AGAD(settings, layer: layer(rows: 2, columns: 3, known: known))
    }
  }

  @Test func aBufferThatWouldTurnOverAtEachVisitIsRefused() throws {
    var settings = BufferedResidualLearning.Settings()
    settings.transferRate = 1.5
    let error = #expect(throws: TrainingError.self) {
      _ = try RuleSettings.bufferedResidual(settings).rule(
        for: layer(rows: 2, columns: 3), initial: Matrix(rows: 2, columns: 3))
    }
    #expect(error?.code == .badSetting)
    #expect(error?.explanation.contains("transfer rate of 1.5") == true)
    settings.transferRate = 1
    #expect(throws: Never.self) {
      _ = try BufferedResidualLearning(settings, layer: layer(rows: 2, columns: 3))
    }
  }

  @Test func aReferenceThatIsFrozenMustBeKnown() throws {
    var settings = RIDER.Settings()
    settings.gain = 0
    let error = #expect(throws: TrainingError.self) {
      _ = try RIDER(settings, layer: layer(rows: 2, columns: 3))
    }
    #expect(error?.code == .cannotFire)
    let known = KnownReference(rows: 2, columns: 3, value: 0.1)
    #expect(throws: Never.self) {
      _ = try RIDER(settings, layer: layer(rows: 2, columns: 3, known: known))
    }
  }
}
