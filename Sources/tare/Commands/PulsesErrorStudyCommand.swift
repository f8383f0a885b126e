import ArgumentParser
import Calibration
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint

/// `tare study pulses-vs-error`: what an error costs, by each method, beside the bound.
struct PulsesErrorStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pulses-vs-error",
    abstract:
      "Pulses of a cell against the error of its symmetric point, with the Cramér-Rao bound.",
    discussion: """
      Each method on arrays whose symmetric points are known, for some errors and seeds, on any preset or fitted \
      device. Writes pulses-vs-error.csv, .txt and .svg:
        tare study pulses-vs-error --device 'sim:low-noise?rows=32&columns=32' --out docs/studies/pulses-vs-error
      """)

  @OptionGroup var options: DeviceOptions

  @Option(help: "Methods, with commas.")
  var methods: String = CalibrationMethod.allCases.map(\.rawValue).joined(separator: ",")

  @Option(help: "Errors in percent of the window, with commas.")
  var errors: String = "0.5,1,2,5"

  @Option(help: "Arrays of each; their seeds follow that of the device.")
  var seeds: Int = 3

  @Option(help: "The most pulses of a cell.")
  var mostPulses: Int = 10_000

  @OptionGroup var output: StudyOutput

  func run() async throws {
    try await reporting {
      let settings = try options.simulatorSettings(SimulatorSize(rows: 32, columns: 32))
      let study = try study(settings)
      let (methods, seeds) = (try parsedMethods(), seeds)
      try await output.carryOut("pulses-vs-error") { talk in
        var rows: [PulsesErrorStudy.Row] = []
        for method in methods {
          for seed in settings.seed..<settings.seed + UInt64(seeds) {
            talk.progress("\(method.rawValue), seed \(seed)")
            try Task.checkCancellation()
            rows += try await study.run(method, seed: seed) {
              try await Self.subject(settings, seed: seed)
            }
          }
        }
        return rows
      } tell: { rows in
        let bound = settings.device.model.resolved
        let report = PulsesErrorReport(
          study, rows,
          title: "Pulses against error, \(settings.rows) × \(settings.columns) cells, "
            + settings.device.name,
          readError: settings.noise ? settings.readNoise * (bound.wMax - bound.wMin) : 0)
        return StudyOutput.Told(
          data: ("csv", try report.csv()), text: report.text, figure: report.figure)
      }
    }
  }

  private static func subject(
    _ settings: SimulatorSettings, seed: UInt64
  ) async throws -> PulsesErrorStudy.Subject {
    var settings = settings
    settings.seed = seed
    let device = try SimulatedCrossbar(settings)
    let truth = try await device.symmetricPoints(of: device.capabilities.whole())
    return PulsesErrorStudy.Subject(MeteredDevice(device), truth: truth, seed: seed)
  }

  private func study(_ settings: SimulatorSettings) throws -> PulsesErrorStudy {
    let parsed = errors.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0).flatMap { $0 > 0 && $0 <= 50 ? $0 / 100 : nil }
    }
    guard !parsed.contains(nil) else {
      throw CommandFailure(
        .usage, "--errors \"\(errors)\": percentages above 0 and up to 50, with commas")
    }
    guard (1...1_000).contains(seeds) else {
      throw CommandFailure(.usage, "--seeds is \(seeds): 1 to 1000 are possible")
    }
    guard (100...100_000_000).contains(mostPulses) else {
      throw CommandFailure(
        .usage, "--most-pulses is \(mostPulses): 100 to 100000000 are possible")
    }
    guard settings.state == nil else {
      throw CommandFailure(.usage, "a study needs chips that were never pulsed: leave out state=")
    }
    guard let array = ArrayExpectation(of: settings.device, start: settings.start) else {
      throw CommandFailure(
        .usage, "\(settings.device.name): cells of this device have no symmetric point")
    }
    return PulsesErrorStudy(
      array, targets: parsed.compactMap { $0 }, mostPulses: mostPulses + mostPulses % 2)
  }

  private func parsedMethods() throws -> [CalibrationMethod] {
    try methods.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let method = CalibrationMethod(rawValue: String(name)) else {
        let known = CalibrationMethod.allCases.map(\.rawValue)
        throw CommandFailure(
          .usage,
          "--methods: there is no method \"\(name)\"; "
            + Spelling.suggestion(for: String(name), in: known))
      }
      return method
    }
  }
}
