import ArgumentParser
import DeviceContract
import Foundation
import ResponseModels
import SimulatedCrossbar

/// How large a simulated crossbar is that nobody has told a size.
struct SimulatorSize {
  var rows = 64
  var columns = 64
  var tiles = 1
}

/// How a command is told which device to use.
struct DeviceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The device: sim:PRESET, sim:FILE.json, serial:PORT, usb:VID:PID[:SERIAL], terminal:PATH or tcp:HOST:PORT.",
      discussion: """
        `tare devices` lists boards that are plugged in, with their selectors. \
        Options follow a question mark: serial:/dev/ttyACM0?baud=921600, \
        sim:low-noise?rows=128&columns=128. Those of sim: rows, columns, tiles, seed, noise (on, \
        off), read_noise (part of the range), adc_bits, start, endurance, endurance_dtod, \
        half_select_disturb (of a step, each exposure), relaxation (1/s), threads, state (a \
        file that the chip lives in, so that states and counts outlive the process), and \
        every parameter of the device file, such as dw_min or up_down_dtod, or of one tile \
        alone, such as tile0.reference_mean. Without it, the \
        environment variable TARE_DEVICE, and then sim:low-noise.
        """,
      valueName: "selector"))
  var device: String?

  @Option(
    name: .long,
    help: "The seed of every random number, unless the selector names one. [TARE_SEED or 1]")
  var seed: UInt64?

  @Option(
    name: .long,
    help: "Threads of the simulator; results do not depend on it. [TARE_THREADS or all processors]")
  var threads: Int?

  /// The seed in force.
  func resolvedSeed() throws -> UInt64 {
    if let seed { return seed }
    guard let text = ProcessInfo.processInfo.environment["TARE_SEED"] else { return 1 }
    guard let value = UInt64(text) else {
      throw CommandFailure(.usage, "TARE_SEED is \"\(text)\", no whole number of 0 or more")
    }
    return value
  }

  /// The selector in force.
  func selector() throws -> DeviceSelector {
    let text = device ?? ProcessInfo.processInfo.environment["TARE_DEVICE"] ?? "sim:low-noise"
    return try DeviceSelector(parsing: text)
  }

  /// The settings of the simulator that the selector names.
  ///
  /// - Parameter size: where the selector says nothing of it.
  func simulatorSettings(_ size: SimulatorSize = SimulatorSize()) throws -> SimulatorSettings {
    let selector = try selector()
    guard ["sim", ""].contains(selector.kind) else {
      throw CommandFailure(
        .usage,
        "\"\(selector)\": there is no device kind \"\(selector.kind)\"; "
          + Spelling.suggestion(for: selector.kind, in: ["sim"]))
    }
    let description = try Self.describe(selector.address)
    var settings = SimulatorSettings(device: description)
    (settings.rows, settings.columns, settings.tiles) = (size.rows, size.columns, size.tiles)
    settings.seed = try resolvedSeed()
    settings.threads = try resolvedThreads()
    for option in selector.options {
      do {
        try settings.set(option.name, to: option.value)
      } catch {
        throw CommandFailure(.usage, "device \"\(selector)\": \(error)")
      }
    }
    return settings
  }

  private func resolvedThreads() throws -> Int {
    let environment = ProcessInfo.processInfo.environment["TARE_THREADS"]
    let count = threads ?? environment.flatMap(Int.init)
    if environment != nil && count == nil {
      throw CommandFailure(.usage, "TARE_THREADS is \"\(environment ?? "")\", no whole number")
    }
    guard let count else { return ProcessInfo.processInfo.activeProcessorCount }
    guard count >= 1 else { throw CommandFailure(.usage, "\(count) threads: 1 or more are needed") }
    return count
  }

  /// A preset, or a device file: what has a slash or ends in .json, or lies there, is a file.
  static func describe(_ name: String) throws -> DeviceDescription {
    let preset = Preset.all.first { $0.name == name.lowercased() }
    if let preset { return DeviceDescription(preset) }
    guard
      name.contains("/") || name.hasSuffix(".json") || FileManager.default.fileExists(atPath: name)
    else {
      let names = Preset.all.map(\.name)
      throw CommandFailure(
        .usage,
        "\"\(name)\" is neither a preset nor a device file; "
          + Spelling.suggestion(for: name, in: names))
    }
    let data = try Input.data(name)
    do {
      return try DeviceDescription(json: data)
    } catch {
      throw CommandFailure(.badData, "\(name): \(error)")
    }
  }
}
