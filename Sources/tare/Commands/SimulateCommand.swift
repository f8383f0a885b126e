import ArgumentParser
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import ResponseModels
import SimulatedCrossbar

/// `tare simulate`: the trajectory of simulated cells under a pulse program.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulates cells under a pulse program, as a CSV trajectory.",
    discussion: """
      One line a pulse, one column a cell (row-major), weights as normalised conductance; line 0 is \
      the start.
        tare simulate reram-es --program up:500,down:500 --noise off
        tare simulate my-device.json --cells cells.json --program up:200,down:200,alternate:200

      --cells replays exact cells: a JSON object with one array a hidden parameter (max_bound, \
      min_bound, dwmin_up, dwmin_down, and what the response adds: slope_up, slope_down, gamma_up, \
      gamma_down, reference; docs/device-file.md lists them), flat or nested by rows, plus "shape": \
      [rows, columns] for flat ones.
      """)

  @Argument(help: "A preset, a device file, or a selector such as sim:reram-sb?rows=4.")
  var model: String?

  @OptionGroup var options: DeviceOptions

  @Option(help: "up:N, down:N, alternate:N, decay:N, diffuse:N, drift:TIME, reset; in order.")
  var program: String = "up:200,down:200,alternate:200"

  @Option(help: "Explicit hidden parameters of every cell, a JSON file.")
  var cells: String?

  @Option(help: "Noise of pulses and reads: on or off. [on]")
  var noise: String?

  @Option(help: "Rows of the array.")
  var rows: Int?

  @Option(help: "Columns of the array.")
  var columns: Int?

  @Option(
    help: "Start weight of every cell; or a JSON file with one weight a cell, row-major.")
  var start: String?

  @Option(help: "Write only every so many pulses, and the last one of each step.")
  var every: Int = 1

  @Option(name: .shortAndLong, help: "Write the CSV to this file and not to stdout.")
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let program = try PulseProgram(parsing: program)
      guard every >= 1 else { throw CommandFailure(.usage, "--every is \(every): 1 or more") }
      let settings = try settings()
      let simulator = try SimulatedCrossbar(settings)
      let region = simulator.capabilities.whole()
      if let weights = try startWeights(cells: region.count) {
        try await simulator.setStates(weights, of: region)
      }
      let every = every
      let trajectory = try await Interruption.watching {
        try await $0.cancelling {
          try await Trajectory.record(program, on: simulator, every: every)
        }
      }
      if let out {
        try OutputFile.write(try trajectory.table().text, to: out)
        output.talk.say("wrote \(trajectory.entries.count) lines to \(out)")
      }
      if output.json {
        try output.printJSON(trajectory)
      } else if out == nil {
        try output.write(try trajectory.table().text)
      }
      if let stop = trajectory.stoppedBy {
        throw CommandFailure(.interrupted, "\(stop); the trajectory up to there is kept")
      }
    }
  }

  private func settings() throws -> SimulatorSettings {
    var options = options
    if let model {
      guard options.device == nil else {
        throw CommandFailure(.usage, "the device is named twice: \(model) and --device")
      }
      options.device = model
    }
    var settings = try options.simulatorSettings(SimulatorSize(rows: 1, columns: 1))
    let named = Set(try options.selector().options.map(\.name))
    // A trajectory shows states; a selector may still ask for a converter.
    if !named.contains("read_noise") { settings.readNoise = 0 }
    if !named.contains("adc_bits") { settings.converterBits = 0 }
    for (name, flag) in [
      ("rows", rows != nil), ("columns", columns != nil), ("noise", noise != nil),
    ]
    where flag && named.contains(name) {
      throw CommandFailure(.usage, "\(name) is given twice: by --\(name) and in the selector")
    }
    guard settings.tiles == 1 else {
      throw CommandFailure(.usage, "a trajectory is that of one tile; tiles=\(settings.tiles)")
    }
    do {
      if let rows { try settings.set("rows", to: "\(rows)") }
      if let columns { try settings.set("columns", to: "\(columns)") }
      if let noise { try settings.set("noise", to: noise) }
    } catch {
      throw CommandFailure(.usage, "--\(error)")
    }
    if let cells {
      let data = try Input.data(cells)
      do {
        settings.cells = try CellParameters(json: data, for: settings.device.model.kind)
      } catch {
        throw CommandFailure(.badData, "\(cells): \(error)")
      }
    }
    if let cells = settings.cells {
      let asked = (rows ?? 0, columns ?? 0)
      let isOther =
        (rows != nil && asked.0 != cells.rows) || (columns != nil && asked.1 != cells.columns)
        || (named.contains("rows") && settings.rows != cells.rows)
        || (named.contains("columns") && settings.columns != cells.columns)
      if isOther {
        throw CommandFailure(
          .usage,
          "--cells holds \(cells.rows) rows and \(cells.columns) columns; others were asked for")
      }
    }
    return settings
  }

  private func startWeights(cells count: Int) throws -> [Float]? {
    guard let start else { return nil }
    if let weight = Float(start) {
      guard weight.isFinite else {
        throw CommandFailure(.usage, "--start \(start) is not a finite weight")
      }
      return Array(repeating: weight, count: count)
    }
    let data = try Input.data(start)
    guard let weights = try? JSONDecoder().decode([Float].self, from: data), weights.count == count
    else {
      throw CommandFailure(.badData, "\(start): an array of \(count) numbers is needed")
    }
    return weights
  }
}
