import ArgumentParser
import Foundation
import Reporting
import ResponseModels

/// `tare fit`: a response function from a measured pulse curve.
struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fits response functions to a measured pulse curve.",
    discussion: """
      Reads two columns (state after each up pulse, state after each down pulse) or one line a pulse \
      (index, polarity, conductance or resistance, optional time), separated by commas, tabs or \
      semicolons, with or without a header.
        tare fit Examples/curves/gong_et_al.csv --out device.json
        tare calibrate --device sim:device.json

      With --out FILE.json it writes the device file, and beside it FILE.aihwkit.csv (up,down, as \
      aihwkit's piecewise fit reads it), FILE.response.svg and FILE.curve.svg. Data that do not \
      determine the symmetric point end in exit code 1 and write nothing.
      """)

  @Argument(help: "The measured curve, a CSV file.")
  var curve: String

  @Option(name: .shortAndLong, help: "The device file to write.")
  var out: String?

  @Option(help: "Fit this response only: linear, exponential, power or piecewise.")
  var response: String?

  @Option(help: "What two columns hold: weight or siemens. A header in the file goes first.")
  var quantity: String = "weight"

  @Option(help: "Bootstrap replicates behind the intervals.")
  var replicates: Int = 200

  @Option(help: "The seed of the bootstrap.")
  var seed: UInt64 = 1

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let shapes = try shapes()
      guard let quantity = PulseCurve.Quantity(rawValue: quantity) else {
        throw CommandFailure(.usage, "--quantity \"\(quantity)\": weight or siemens")
      }
      guard replicates >= 20 else {
        throw CommandFailure(
          .usage, "--replicates is \(replicates): fewer than 20 give no 95 % interval")
      }
      let name = URL(fileURLWithPath: curve).lastPathComponent
      let measured = try PulseCurve(
        data: try Input.data(curve), source: name, quantity: quantity)
      let fit = ResponseFitter(replicates: replicates, seed: seed, shapes: shapes).fit(measured)
      let report = ResponseFitReport(fit, of: measured)
      if output.json { try output.printJSON(fit) } else { try output.write(report.text) }
      if let missing = fit.notEnoughData.first, !fit.describesADevice {
        throw CommandFailure(
          .checkFailed,
          "\(curve): not enough data for \(missing.quantity): \(missing.reason)"
            + (out == nil ? "" : "; nothing was written"))
      }
      if let out { try write(fit, report, to: out) }
    }
  }

  private func shapes() throws -> [ResponseShape] {
    guard let response else { return ResponseShape.allCases }
    guard let shape = ResponseShape(rawValue: response.lowercased()) else {
      let names = ResponseShape.allCases.map(\.rawValue)
      throw CommandFailure(
        .usage, "--response \"\(response)\": " + Spelling.suggestion(for: response, in: names))
    }
    return [shape]
  }

  private func write(_ fit: ResponseFit, _ report: ResponseFitReport, to path: String) throws {
    let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
    let name = URL(fileURLWithPath: stem).lastPathComponent
    guard let device = fit.device(name: name) else { return }
    var files = [
      (path, String(decoding: try device.json(fit: JSONText.encode(fit)), as: UTF8.self))
    ]
    // A special file such as /dev/stdout has no neighbours.
    if !path.hasPrefix("/dev/") {
      if let table = fit.piecewiseTableCSV() { files.append((stem + ".aihwkit.csv", table)) }
      if let figure = report.responseFigure { files.append((stem + ".response.svg", figure.svg())) }
      files.append((stem + ".curve.svg", report.curveFigure.svg()))
    }
    var written: [String] = []
    var new: [String] = []
    do {
      for (name, text) in files {
        let isNew = !FileManager.default.fileExists(atPath: name)
        try OutputFile.write(text, to: name)
        written.append(name)
        if isNew { new.append(name) }
      }
    } catch {
      // All of them or none: a device file without its figures would look finished.
      for name in new { try? FileManager.default.removeItem(atPath: name) }
      throw error
    }
    output.talk.say("wrote \(written.joined(separator: ", "))")
    if !output.quiet {
      output.talk.say(
        "one cell says nothing of how cells differ: the spreads (..._dtod) in the file are assumed")
    }
  }
}
