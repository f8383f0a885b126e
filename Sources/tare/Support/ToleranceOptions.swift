import ArgumentParser
import Calibration
import DeviceContract
import ResponseModels
import SimulatedCrossbar

/// How a calibration is told how good is good enough.
struct ToleranceOptions: ParsableArguments {
  @Option(
    help: """
      The error of a symmetric point that is good enough, one standard deviation: a part of the window such \
      as 1%, or a weight such as 0.02. The calibration is planned, and refused if the limits do not allow it.
      """)
  var tolerance: String?

  @Option(
    help: ArgumentHelp(
      "What is expected of the cells: a preset or a device file. [what sim: simulates]",
      discussion:
        "A board reports nothing about responses, so that it needs this with --tolerance.",
      valueName: "preset or file"))
  var expect: String?

  /// The tolerance in force; nil where none was asked for.
  func resolved() throws -> Tolerance? {
    guard let tolerance else {
      if expect != nil {
        throw CommandFailure(.usage, "--expect is of use with --tolerance only")
      }
      return nil
    }
    guard let parsed = Tolerance(text: tolerance) else {
      throw CommandFailure(
        .usage,
        "--tolerance \"\(tolerance)\": write a part of the window above 0 and up to 50 %, such as 1%, or a "
          + "weight such as 0.02")
    }
    return parsed
  }

  /// What decides the result and the plan besides; nothing without a tolerance.
  func record(method: String?, averages: Int?) -> [String: String] {
    guard let tolerance else { return [:] }
    return [
      "tolerance": tolerance, "expect": expect ?? "of the device", "method": method ?? "auto",
      "pulses": "as planned", "averages": averages.map { "\($0)" } ?? "as planned",
    ]
  }

  /// What is expected of the array that a selector names.
  func expectation(_ options: DeviceOptions) throws -> ArrayExpectation {
    let device: DeviceDescription
    var start = 0.0
    if let expect {
      device = try DeviceOptions.describe(expect)
    } else if ["sim", ""].contains(try options.selector().kind) {
      let settings = try options.simulatorSettings()
      (device, start) = (settings.device, settings.start)
    } else {
      throw CommandFailure(
        .usage,
        "a board does not report how its cells respond: with --tolerance, --expect PRESET or FILE.json says "
          + "what is expected of them (`tare fit` makes such files)")
    }
    guard let array = ArrayExpectation(of: device, start: start) else {
      throw CommandFailure(
        .usage,
        "\(device.name): cells of this device are expected to have no symmetric point, so that there is none to "
          + "be found")
    }
    return array
  }
}
