import AnalogTraining
import ArgumentParser
import Reporting
import ResponseModels
import TrainingStudies

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
        tare study training --data MNIST-FOLDER --seeds 3 --epochs 40 --rates paper --threads 1

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

  @Option(help: "What is learnt: digits, a folder with the files of MNIST, or a CSV file.")
  var data = "digits"

  @Option(help: "Sizes of layers, or lenet5. [64-32-10; 784-256-128-10 for MNIST]")
  var network: String?

  @Option(help: "Passes over the data. [60 for digits, 40 for others]")
  var epochs: Int?

  @Option(help: "equal or paper.")
  var rates = Rates.equal

  @OptionGroup var trials: TrialOptions

  func run() async throws {
    try await reporting {
      try trials.check()
      var study = ReferenceStudy(
        try StudyData(data, network: network), rules: try Self.rules(algorithms),
        references: try Self.references(references))
      study.rates = rates == .equal ? .equal : .paper
      try await trials.carryOut(study, epochs: epochs, name: "training", layout: .references)
    }
  }

  private static func rules(_ text: String) throws -> [RuleSettings] {
    let rules = try text.split(separator: ",").map { name in
      guard let rule = RuleSettings(named: String(name)) else {
        throw CommandFailure(
          .usage,
          "--algorithms \"\(name)\": there is no such rule; "
            + Spelling.suggestion(for: String(name), in: RuleSettings.names))
      }
      return rule
    }
    guard !rules.isEmpty else {
      throw CommandFailure(.usage, "--algorithms \"\(text)\" names no rule")
    }
    _ = try TrialOptions.unique(rules.map(\.name), text, "--algorithms")
    return rules
  }

  private static func references(_ text: String) throws -> [ReferenceStudy.Reference] {
    if text == "paper" { return ReferenceStudy.Reference.paper }
    let pairs = text.split(separator: ",", omittingEmptySubsequences: false)
    return try TrialOptions.unique(pairs, text, "--references").map { pair in
      let parts = pair.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
      guard parts.count == 2, let mean = parts[0], let deviation = parts[1], mean.isFinite,
        (0...10).contains(deviation), abs(mean) <= 10
      else {
        throw CommandFailure(
          .usage, "--references \"\(pair)\": MEAN/DEVIATION such as 0.4/1 is needed, or paper")
      }
      return .init(mean: mean, deviation: deviation)
    }
  }
}
