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

  @Option(
    help: ArgumentHelp(
      """
      Which of the cells that are called converged are asked whether they are: pulses on either side of the \
      point must drive them towards it.
      """,
      discussion: """
        All are asked where the array does not respond as expected, or more of the sample fail than noise explains. \
        Cells that fail are pulsed up and down with what the budget has left.
        """,
      valueName: "5%|all|none"))
  var audit = "5%"

  @Option(
    help: """
      Whether rows are read anew before their pulses, since other pulses or time may have moved states: on is \
      twice the reads and more pulses; auto where what is seen asks for it.
      """)
  var rereads = Rereads.auto

  @Option(
    help: """
      What is to be saved where several methods are possible. [pulses, or time where a budget of time is the \
      tightest]
      """)
  var prefer: Preference?

  /// Whether rows are read anew before their pulses.
  enum Rereads: String, ExpressibleByArgument, CaseIterable {
    case auto, on, off
  }

  /// What is to be saved.
  enum Preference: String, ExpressibleByArgument, CaseIterable {
    case pulses, time
  }

  /// Puts what was asked for into a planner.
  func prepare(_ planner: inout CalibrationPlanner) throws {
    guard let wish = AuditWish(text: audit) else {
      throw CommandFailure(
        .usage,
        "--audit \"\(audit)\": write a part of the cells above 0 and up to 100 %, such as 5%, or all, or none"
      )
    }
    planner.audit = wish
    planner.rereads = rereads == .auto ? nil : rereads == .on
    planner.preference = prefer.flatMap { CalibrationPreference(rawValue: $0.rawValue) }
  }

  /// The tolerance in force; nil where none was asked for.
  func resolved() throws -> Tolerance? {
    guard let tolerance else {
      if expect != nil {
        throw CommandFailure(.usage, "--expect is of use with --tolerance only")
      }
      let unused = [
        (audit != "5%", "--audit"), (rereads != .auto, "--rereads"), (prefer != nil, "--prefer"),
      ]
      if let name = unused.first(where: \.0)?.1 {
        throw CommandFailure(.usage, "\(name) is of use with --tolerance only")
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
      "audit": audit, "rereads": rereads.rawValue,
      "prefer": prefer?.rawValue ?? "as the budget asks",
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
