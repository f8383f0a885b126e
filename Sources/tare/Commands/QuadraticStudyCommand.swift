import ArgumentParser
import Reporting
import TrainingStudies

/// `tare study quadratic`: what asymmetric pulses do to update rules, on the smallest problem that shows it.
struct QuadraticStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quadratic",
    abstract: "What asymmetric pulses do to update rules, beside what is derived of it.",
    discussion: """
      1,024 independent weights with quadratic losses and noisy gradients, on simulated cells of linear response: the \
      bias of analog SGD, of residual learning with a reference that is wrong, and where the reference of RIDER and \
      E-RIDER goes with and without a chopper. Writes quadratic.json, quadratic.txt and quadratic.svg:
        tare study quadratic --out docs/studies/quadratic
      """)

  @Option(help: "The seed of devices and gradients.")
  var seed: UInt64 = 1

  @OptionGroup var output: StudyOutput

  func run() async throws {
    try await reporting {
      let seed = seed
      try await output.carryOut("quadratic") { talk in
        var found: [QuadraticStudyReport.Row] = []
        for item in QuadraticCase.all {
          talk.progress(item.name)
          found.append(.init(name: item.name, outcome: try await item.run(seed: seed)))
        }
        return found
      } tell: { found in
        let report = QuadraticStudyReport(found)
        return StudyOutput.Told(
          data: ("json", String(decoding: try JSONText.encode(found), as: UTF8.self)),
          text: report.text, figure: report.figure)
      }
    }
  }
}
