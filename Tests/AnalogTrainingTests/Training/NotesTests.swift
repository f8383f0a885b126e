import AnalogTraining
import ReproducibleNoise
import Testing

/// What is said before a training in which nothing could come of the pulses.
@Suite struct NotesTests {
  static func settings(_ rule: RuleSettings, epochs: Int) throws -> TrainingSettings {
    var settings = TrainingSettings(
      network: try NetworkDescription(
        parsing: "12-5-3", image: ImageShape(height: 3, width: 4), classes: 3),
      rule: rule, granularity: 0.4622, range: 2)
    (settings.batch, settings.epochs) = (10, epochs)
    return settings
  }

  static let rules: [RuleSettings] = {
    var (agad, erider, half) = (
      AGAD.Settings(), ERIDER.Settings(), HalfPeriodERIDER.Settings()
    )
    (agad.chopProbability, erider.chopProbability) = (0.25, 0.25)
    (half.common.chopProbability, half.skipped) = (0.25, 0)
    half.common.gamma = 0.2
    return [.agad(agad), .erider(erider), .halfPeriodERIDER(half)]
  }()

  /// What is said is when the rule does fire for the first time.
  @Test(arguments: rules) func theFirstWriteComesWhenItIsSaid(rule: RuleSettings) throws {
    let layer = layer(rows: 2, columns: 12)
    var made = try rule.rule(for: layer, initial: Matrix(rows: 2, columns: 12))
    // Four visits to the first flip, and one to the write after it.
    #expect(made.firstWrite == 4 * 12 + 1)
    var random = RandomStream(seed: 1)
    var first: Int?
    for batch in 1...100 where first == nil {
      var answer: [Float]?
      asking: while true {
        switch made.transfer(answer, using: &random) {
        case .read(_, let columns):
          // Values that differ from visit to visit, and fire at once.
          answer = Array(repeating: batch % 24 < 12 ? 1e5 : -1e5, count: 2 * columns.count)
        case .fire:
          first = first ?? batch
          answer = []
        case .done: break asking
        }
      }
    }
    #expect(first == made.firstWrite)
  }

  @Test func aTrainingThatIsTooShortForAFlipIsTold() throws {
    for rule in Self.rules {
      // 20 mini-batches in two epochs; the second layer's first flip comes after 4 * 5 + 1 of them.
      let notes = try Self.settings(rule, epochs: 2).notes(images: 100)
      #expect(notes.count == 2)
      #expect(notes[0].contains("layer 1") && notes[0].contains("5 epochs"))
      #expect(notes[1].contains("layer 2") && notes[1].contains("3 epochs"))
      #expect(try Self.settings(rule, epochs: 3).notes(images: 100).count == 1)
      #expect(try Self.settings(rule, epochs: 5).notes(images: 100).isEmpty)
    }
    #expect(try Self.settings(.analogSGD(.init()), epochs: 1).notes(images: 10).isEmpty)
    #expect(try Self.settings(.bufferedTikiTaka(.init()), epochs: 1).notes(images: 10).isEmpty)
  }
}
