import ArgumentParser
import Calibration
import Foundation
import Reporting

/// How a calibration is told to build on an earlier one.
struct RefreshOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Measure again what has become too uncertain since a run, starting from what it found.",
      discussion: """
        Needs --tolerance, and what is known of how symmetric points wander: --drift-time and its like, or \
        --drift-from. Cells that are not due keep their values, with intervals that have grown.
        """,
      valueName: "run"))
  var refresh: String?

  @Option(help: "The error beyond which a cell is due, such as 1.5%. [the tolerance]")
  var threshold: String?

  @Option(help: "How far symmetric points wander with time, such as \"0.5 % in 24 h\".")
  var driftTime: String?

  @Option(help: "The same by half-select exposures of a cell, such as \"1 % in 1e6\".")
  var driftExposures: String?

  @Option(help: "The same by pulses of a cell, such as \"1 % in 1e5\".")
  var driftPulses: String?

  @Option(
    help: ArgumentHelp(
      "Learn how symmetric points wander, from an older run to the one that is built on.",
      valueName: "older run"))
  var driftFrom: String?

  /// What is to be built on; nil for a calibration anew.
  func resolved(_ tolerance: Tolerance?) throws -> Refresh? {
    let others = [
      ("threshold", threshold), ("drift-time", driftTime), ("drift-exposures", driftExposures),
      ("drift-pulses", driftPulses), ("drift-from", driftFrom),
    ]
    guard let refresh else {
      if let (name, _) = others.first(where: { $0.1 != nil }) {
        throw CommandFailure(.usage, "--\(name) is of use with --refresh RUN only")
      }
      return nil
    }
    guard let tolerance else {
      throw CommandFailure(.usage, "--refresh needs --tolerance, which says when a cell is done")
    }
    var limit = tolerance
    if let threshold {
      guard let parsed = Tolerance(text: threshold) else {
        throw CommandFailure(
          .usage,
          "--threshold \"\(threshold)\": write a part of the window such as 1.5%, or a weight such as 0.03"
        )
      }
      limit = parsed
    }
    let drift = try stated()
    guard drift.isEmpty != (driftFrom == nil) else {
      throw CommandFailure(
        .usage,
        "--refresh needs to know how symmetric points wander: either by --drift-time \"0.5 % in 24 h\", "
          + "--drift-exposures and --drift-pulses, or by --drift-from OLDER-RUN")
    }
    return Refresh(
      folder: refresh, earlier: try EarlierRun(folder: refresh), threshold: limit, drift: drift,
      older: try driftFrom.map { try EarlierRun(folder: $0) })
  }

  private func stated() throws -> StatedDrift {
    var drift = StatedDrift()
    for (name, text, path, example) in [
      ("time", driftTime, \StatedDrift.time, "0.5 % in 24 h"),
      ("exposures", driftExposures, \.exposures, "1 % in 1e6"),
      ("pulses", driftPulses, \.pulses, "1 % in 1e5"),
    ] {
      guard let text else { continue }
      guard
        let rate = name == "time"
          ? StatedDrift.Rate(time: text) : StatedDrift.Rate(count: text)
      else {
        throw CommandFailure(
          .usage,
          "--drift-\(name) \"\(text)\": write how far symmetric points wander, and in what, such as \"\(example)\""
        )
      }
      drift[keyPath: path] = rate
    }
    return drift
  }

  /// What decides the result; nothing for a calibration anew.
  var record: [String: String] {
    guard let refresh else { return [:] }
    return [
      "follows": RunMark(of: refresh)?.id.uuidString ?? refresh,
      "threshold": threshold ?? "the tolerance", "drift_time": driftTime ?? "none",
      "drift_exposures": driftExposures ?? "none", "drift_pulses": driftPulses ?? "none",
      "drift_from": driftFrom.flatMap { RunMark(of: $0)?.id.uuidString } ?? "none",
    ]
  }
}
