import AnalogTraining
import ArgumentParser
import Foundation
import Reporting
import ResponseModels

/// `tare study training`: accuracy of update rules against the error of the reference.
struct TrainingStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training",
    abstract:
      "Update rules against the error of the reference (tables 1 and 2 of arXiv 2602.21321).",
    discussion: """
      Trains a network with each rule, for each error of the fast array's reference, with several seeds, on simulated \
      cells of four states (reram-hfo2). Writes training.csv, training.txt and training.svg:
        tare study training --out docs/studies/training-digits
        tare study training --rates paper --out docs/studies/training-digits-paper
        tare study training --data MNIST-FOLDER --seeds 3 --epochs 40 --rates paper

      --rates equal gives all rules the same step on the fast array, so that they spend about the same pulses on it; \
      paper keeps the ratios of its Table 5, where that of E-RIDER is ten times that of AGAD.
      """)

  enum Rates: String, ExpressibleByArgument, CaseIterable {
    case equal, paper
  }

  @Option(help: "Rules, with commas.")
  var algorithms = "tt-v2,agad,e-rider"

  @Option(help: "Errors of the reference, MEAN/DEVIATION with commas, or `paper` for all 24.")
  var references = "0/0.05,0.4/0.05,0/1,0.4/1"

  @Option(help: "Seeds, counted from 1.")
  var seeds = 5

  @Option(help: "What is learnt: digits, a folder with the files of MNIST, or a CSV file.")
  var data = "digits"

  @Option(help: "Sizes of layers. [64-32-10; 784-256-128-10 for MNIST]")
  var network: String?

  @Option(help: "Passes over the data. [60 for digits, 40 for others]")
  var epochs: Int?

  @Option(help: "equal or paper.")
  var rates = Rates.equal

  @Option(help: "Trainings at a time. [all processors]")
  var threads: Int?

  @Option(name: .shortAndLong, help: "The folder to write; it must exist.")
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      // Before the work: it would be lost.
      try StudyFolder.check(out)
      let study = try TrainingStudy(self)
      let talk = output.talk
      let trials = try await Interruption.watching { interruption in
        try await interruption.cancelling {
          try await study.run { done, of in talk.progress("\(done) of \(of) trainings") }
        }
      }
      talk.endProgress()
      let report = TrainingStudyReport(trials, title: study.title)
      if let out {
        try OutputFile.write(try report.csv(), to: out + "/training.csv")
        try OutputFile.write(report.text, to: out + "/training.txt")
        try OutputFile.write(report.figure.svg(), to: out + "/training.svg")
      }
      if output.json { try output.printJSON(trials) } else { try output.write(report.text) }
    }
  }
}
