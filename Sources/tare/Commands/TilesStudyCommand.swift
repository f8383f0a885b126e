import AnalogTraining
import ArgumentParser
import Reporting
import TrainingStudies

/// `tare study tiles`: accuracy against the number of arrays of a weight.
struct TilesStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiles",
    abstract: "Multi-tile residual learning against the number of its arrays (arXiv 2510.02516).",
    discussion: """
      On cells of few states with soft bounds and a perfect periphery, beside Tiki-Taka versions 1 and 2, which have two \
      arrays. Writes tiles.csv, tiles.txt and tiles.svg:
        tare study tiles --out docs/studies/tiles
      """)

  @Option(help: "States of the cells, with commas.")
  var states = "4,10"

  @Option(help: "Arrays of a weight, with commas.")
  var tiles = "2,3,4,6,8"

  @Option(help: "Passes over the data.")
  var epochs: Int?

  @OptionGroup var trials: TrialOptions

  func run() async throws {
    try await reporting {
      try trials.check()
      var study = TileStudy(try StudyData("digits"))
      study.states = try TrialOptions.numbers(
        states, "--states", 2...1_000_000, "whole numbers from 2 on")
      study.tiles = try TrialOptions.numbers(tiles, "--tiles", 2...250, "whole numbers, 2 to 250")
      try await trials.carryOut(study, epochs: epochs, name: "tiles", layout: .tiles)
    }
  }
}
