import AnalogTraining
import Foundation
import Testing

@Suite struct LearningRateScheduleTests {
  @Test func ratesFollowTheText() throws {
    #expect(try LearningRateSchedule(parsing: "constant").rate(0.3, epoch: 900) == 0.3)
    let step = try LearningRateSchedule(parsing: "step:0.5/30")
    #expect(
      [0, 29, 30, 59, 60].map { step.rate(0.5, epoch: $0) } == [0.5, 0.5, 0.25, 0.25, 0.125])
    let exponential = try LearningRateSchedule(parsing: "exp:0.97")
    // 0.97^10 by hand in double precision.
    let power = (0..<10).reduce(1.0) { power, _ in power * 0.97 }
    #expect(abs(Double(exponential.rate(1, epoch: 10)) - power) < 1e-7)
  }

  @Test(arguments: ["constant", "step:0.5/30", "exp:0.97"])
  func textsComeBack(text: String) throws {
    let schedule = try LearningRateSchedule(parsing: text)
    #expect(schedule.description == text)
    let stored = try JSONEncoder().encode(schedule)
    #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: stored) == schedule)
  }

  @Test(arguments: [
    "", "constant:", "constant:1", "step", "step:0.5", "step:0.5/0", "step:0.5/-3", "step:0.5/2/3",
    "step:/30", "exp", "exp:0", "exp:-0.5", "exp:1.5", "exp:nan", "exp:inf", "exp:0.9/2",
    "linear:1",
  ])
  func otherTextsAreRefused(text: String) {
    #expect(throws: TrainingDataError.self) { try LearningRateSchedule(parsing: text) }
  }

  @Test func aFileCannotBringInWhatTheTextCannot() {
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        LearningRateSchedule.self, from: Data(#"{"factor": 0.5, "every": 0}"#.utf8))
    }
  }
}
