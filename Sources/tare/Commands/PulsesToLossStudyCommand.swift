import AnalogTraining
import ArgumentParser
import Reporting
import TrainingStudies

/// `tare study pulses-to-loss`: what a training loss costs, with zero-shifting before and without.
struct PulsesToLossStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pulses-to-loss",
    abstract:
      "Pulses to a training loss, by E-RIDER and after zero-shifting (figure 4 of arXiv 2602.21321).",
    discussion: """
      E-RIDER against buffered Tiki-Taka whose reference was found by zero-shifting with N pulses a cell, read out as \
      the last state and as the mean of the second half, on cells like reram-hfo2 with smaller steps. Writes \
      pulses-to-loss.csv, pulses-to-loss.txt and pulses-to-loss.svg:
        tare study pulses-to-loss --out docs/studies/pulses-to-loss
      """)

  @Option(help: "States of the cells, with commas: of 4, 20, 200 and 2000.")
  var states = "4,20,200,2000"

  @Option(help: "Pulses of zero-shifting a cell, with commas.")
  var pulses = "500,1000,2000,4000,8000"

  @Option(help: "The training loss to reach. [.6 for 4 states, .4 for 20, .3 for more]")
  var target: Double?

  @Option(help: "The most passes over the data.")
  var epochs: Int?

  @OptionGroup var trials: TrialOptions

  func run() async throws {
    try await reporting {
      try trials.check()
      var study = PulsesToLossStudy(try StudyData("digits"))
      study.cells = try TrialOptions.numbers(states, "--states", 1...1_000_000, "whole numbers")
        .map { (states: Int) in
          guard let cells = PulsesToLossStudy.known.first(where: { $0.states == states }) else {
            throw CommandFailure(
              .usage, "--states \(states): rates are known for 4, 20, 200 and 2000 alone")
          }
          return cells
        }
      if let target {
        guard target > 0, target.isFinite else {
          throw CommandFailure(.usage, "--target is \(target): numbers above 0 are possible")
        }
        for place in study.cells.indices { study.cells[place].target = target }
      }
      study.pulses = try TrialOptions.numbers(
        pulses, "--pulses", 2...10_000_000, "whole numbers from 2 on")
      try await trials.carryOut(
        study, epochs: epochs, name: "pulses-to-loss", layout: .pulsesToLoss)
    }
  }
}
