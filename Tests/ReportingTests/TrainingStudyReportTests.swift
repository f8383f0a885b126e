import AnalogTraining
import Testing

@testable import Reporting

/// Tables, files and figures of studies that compare trainings.
@Suite struct TrainingStudyReportTests {
  static func trial(
    _ rule: String, _ conditions: [String: Double], seed: UInt64,
    _ set: (inout TrainingTrial) -> Void = { _ in }
  ) -> TrainingTrial {
    var trial = TrainingTrial(
      rule: rule, conditions: conditions.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      seed: seed)
    set(&trial)
    return trial
  }

  static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  /// Counts that are exact stand as one number; what comes by chance as mean and deviation, over all seeds.
  @Test func countsThatDifferSayHowMuch() throws {
    let trials = [40, 50].enumerated().map { place, flips in
      Self.trial("c-tt-v2", ["reference_mean": 0.4, "reference_deviation": 1], seed: UInt64(place))
      {
        ($0.counts.flips, $0.counts.columnReads, $0.accuracy) = (flips, 17_160, 0.5)
      }
    }
    let report = TrainingStudyReport(trials, title: "T", layout: .references)
    let row = try #require(Self.lines(report.text).first { $0.hasPrefix("c-tt-v2") })
    let words = row.split(separator: " ").map(String.init)
    #expect(words.suffix(4) == ["17160", "45", "±", "7"])
    #expect(words[3] == "2", "seeds")
    #expect(words[4] == "50.00", "equal accuracies have no deviation")
  }

  @Test func whatWasNeverReachedHasNoNumber() throws {
    var trials: [TrainingTrial] = []
    for (rule, reached) in [
      ("e-rider", [true, true]), ("a", [true, false]), ("b", [false, false]),
    ] {
      for (place, isReached) in reached.enumerated() {
        trials.append(
          Self.trial(rule, ["states": 4, "zero_shifting": 500], seed: UInt64(place)) {
            ($0.calibrationCycles, $0.paperCycles, $0.trainingCycles) = (
              500, 1_000 + 200 * place, 7
            )
            ($0.isReached, $0.loss, $0.epochs) = (isReached, 0.5, 3)
          })
      }
    }
    let report = TrainingStudyReport(trials, title: "T", layout: .pulsesToLoss)
    let rows = Self.lines(report.text)
    #expect(rows.contains { $0.hasPrefix("e-rider") && $0.contains("1600 ± 141") })
    #expect(rows.contains { $0.hasPrefix("a ") && $0.contains("1500 (1 of 2)") })
    #expect(rows.contains { $0.hasPrefix("b ") && $0.contains("not reached") })
    let file = Self.lines(try report.csv())
    #expect(file.count == 7)
    #expect(file[0].hasPrefix("rule,states,zero_shifting,seed,accuracy,loss,"))
    #expect(file[1].hasPrefix("e-rider,4,500,0,0,0.5,") && file[1].hasSuffix(",1"))
    #expect(file[6].hasPrefix("b,4,500,1,") && file[6].hasSuffix(",0"))
  }

  /// E-RIDER has no zero-shifting to stand at: it is the level of its cells' curve.
  @Test func theRuleWithoutCalibrationIsALevel() throws {
    var trials = [
      Self.trial("e-rider", ["states": 20, "zero_shifting": 0], seed: 1) {
        ($0.paperCycles, $0.isReached) = (700, true)
      }
    ]
    for (pulses, isReached) in [(500, true), (1_000, false)] {
      trials.append(
        Self.trial("two-stage, mean", ["states": 20, "zero_shifting": Double(pulses)], seed: 1) {
          ($0.calibrationCycles, $0.paperCycles, $0.isReached) = (pulses, 100, isReached)
        })
    }
    let figure = TrainingStudyReport(trials, title: "T", layout: .pulsesToLoss).figure
    #expect(figure.series.count == 1)
    #expect(figure.series[0].x == [500, 1_000] && figure.series[0].level == 700)
    #expect(figure.series[0].y[0] == 600 && figure.series[0].y[1].isNaN)
  }

  @Test func referencesStandInTheirOrder() {
    let errors = [(0.4, 1.0), (0, 0.05), (0.4, 1)]
    let trials = errors.map {
      Self.trial("agad", ["reference_mean": $0, "reference_deviation": $1], seed: 1) {
        $0.accuracy = 0.9
      }
    }
    let figure = TrainingStudyReport(trials, title: "T", layout: .references).figure
    #expect(figure.series.map(\.x) == [[1, 2]])
    #expect(figure.caption?.contains("1: 0.4 ± 1, 2: 0 ± 0.05.") == true)
  }
}
