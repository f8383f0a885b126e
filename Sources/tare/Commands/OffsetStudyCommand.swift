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

  @OptionGroup var output: StudyOutput

  func run() async throws {
    try await reporting {
      let settings = try options.simulatorSettings(SimulatorSize(rows: 512, columns: 512))
      let counts = pulses.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let text = pulses
      try await output.carryOut("offset") { talk in
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
              .usage, "--pulses \"\(text)\": even numbers that rise, each a multiple of the first")
          }
          let truth = try await device.symmetricPoints(of: device.capabilities.whole())
          rows += try await study.run(on: MeteredDevice(device), truth: truth) { pulses in
            talk.progress("\(variant.rawValue): \(pulses) pulses a cell")
          }
        }
        return rows
      } tell: { rows in
        let report = OffsetStudyReport(
          rows,
          title: "Zero-shifting of \(settings.rows) × \(settings.columns) "
            + "cells, \(settings.device.name)")
        return StudyOutput.Told(
          data: ("csv", try report.csv()), text: report.text, figure: report.figure)
      }
    }
  }
}
