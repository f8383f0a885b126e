import AnalogTraining
import ArgumentParser
import Reporting
import TrainingStudies

/// `tare study chopping`: E-RIDER against the probability of a flip.
struct ChoppingStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chopping",
    abstract: "E-RIDER against the probability of chopping (figure 5 of arXiv 2602.21321).",
    discussion: """
      Trains with E-RIDER on simulated cells of four states (reram-hfo2) whose reference is right, and off by a lot. \
      Without a chopper it is RIDER, which could write nothing with the gain that follows from a half-period: there the \
      gain is .01. Long enough for columns to turn over at the smallest probability; some four minutes on two cores. \
      Writes chopping.csv, chopping.txt and chopping.svg:
        tare study chopping --out docs/studies/chopping
      """)

  @Option(help: "Probabilities, with commas.")
  var probabilities = "0,0.0025,0.005,0.01,0.02,0.05,0.1,0.2"

  @Option(help: "Passes over the data.")
  var epochs: Int?

  @OptionGroup var trials: TrialOptions

  func run() async throws {
    try await reporting {
      try trials.check()
      var study = ChoppingStudy(try StudyData("digits"))
      study.probabilities = try TrialOptions.numbers(
        probabilities, "--probabilities", 0...1, "probabilities")
      try await trials.carryOut(study, epochs: epochs, name: "chopping", layout: .chopping)
    }
  }
}
