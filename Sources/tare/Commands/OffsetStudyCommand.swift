import ArgumentParser
import DeviceContract
import PulseLedger
import Reporting
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint

/// `tare study zero-shift-offset`: figure 1 of arXiv 2602.21321.
struct OffsetStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zero-shift-offset",
    abstract: "Offsets of zero-shifting against pulses (figure 1 of arXiv 2602.21321).",
    discussion: """
      512 x 512 cells of the low-noise device (2,000 states), both orders of the polarities, after \
      500 to 8,000 pulses. Writes offset.csv, offset.txt and offset.svg:
        tare study zero-shift-offset --out docs/studies/zero-shift-offset
      """)

  @OptionGroup var options: DeviceOptions

  @Option(help: "Numbers of pulses a cell, with commas; each a multiple of the first.")
  var pulses: String = "500,1000,2000,4000,8000"

  @Option(name: .shortAndLong, help: "The folder to write; it must exist.")
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let settings = try options.simulatorSettings(SimulatorSize(rows: 512, columns: 512))
      let counts = pulses.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let model = settings.device.model.resolved
      var rows: [OffsetStudy.Row] = []
      for variant in ZeroShifting.Variant.allCases {
        // A device for each, both drawn alike: the second must not start where the first ended.
        let device = try SimulatedCrossbar(settings)
        let slope = (1 / model.wMax - 1 / model.wMin) / 2
        guard !counts.contains(nil),
          let study = OffsetStudy(
            variant, pulses: counts.compactMap { $0 }, rate: model.dwMin * slope,
            seed: settings.seed)
        else {
          throw CommandFailure(
            .usage, "--pulses \"\(pulses)\": even numbers that rise, each a multiple of the first")
        }
        let truth = try await device.symmetricPoints(of: device.capabilities.whole())
        let talk = output.talk
        rows += try await Interruption.watching { interruption in
          try await interruption.cancelling {
            try await study.run(on: MeteredDevice(device), truth: truth) { pulses in
              talk.progress("\(variant.rawValue): \(pulses) pulses a cell")
            }
          }
        }
        talk.endProgress()
      }
      let report = OffsetStudyReport(
        rows,
        title: "Zero-shifting of \(settings.rows) × \(settings.columns) "
          + "cells, \(settings.device.name)")
      if let out {
        try OutputFile.write(try report.csv(), to: out + "/offset.csv")
        try OutputFile.write(report.text, to: out + "/offset.txt")
        try OutputFile.write(report.figure.svg(), to: out + "/offset.svg")
      }
      if output.json { try output.printJSON(rows) } else { try output.write(report.text) }
    }
  }
}
