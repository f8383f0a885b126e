import AnalogTraining
import ArgumentParser
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import ResponseModels
import SimulatedCrossbar

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

  @Option(name: .shortAndLong, help: "The folder to write; it must exist.")
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      // Before the work: it would be lost.
      try StudyFolder.check(out)
      let (seed, talk) = (seed, output.talk)
      let found = try await Interruption.watching { interruption in
        try await interruption.cancelling {
          var found: [QuadraticStudyReport.Row] = []
          for item in QuadraticCase.all {
            talk.progress(item.name)
            found.append(.init(name: item.name, outcome: try await item.run(seed: seed)))
          }
          return found
        }
      }
      talk.endProgress()
      let report = QuadraticStudyReport(found)
      if let out {
        try OutputFile.write(try JSONText.encode(found), to: out + "/quadratic.json")
        try OutputFile.write(report.text, to: out + "/quadratic.txt")
        try OutputFile.write(report.figure.svg(), to: out + "/quadratic.svg")
      }
      if output.json { try output.printJSON(found) } else { try output.write(report.text) }
    }
  }
}
