import Foundation
public import PhysicalUnits
import PulseLedger

/// When cells of a campaign are calibrated again, and how their symmetric points wander until then.
public struct RefreshTerms: Sendable, Hashable {
  /// Time from the end of one calibration to the next look.
  public let every: Seconds
  /// The error beyond which a cell is due; the tolerance of the campaign where the file says nothing.
  public let threshold: Tolerance
  /// How symmetric points wander; nil where nothing is stated.
  public let drift: StatedDrift?

  static let keys = ["every", "threshold", "drift_time", "drift_exposures", "drift_pulses"]

  /// - Returns: nil for a campaign that is carried out once.
  init?(_ section: BenchSection, tolerance: Tolerance) throws(BenchFileError) {
    guard let text = try section.text("every") else {
      for key in Self.keys where try section.text(key) != nil {
        throw section.error(key, "means nothing without every, such as every = \"6 h\"")
      }
      return nil
    }
    guard let pause = Self.period(text) else {
      throw section.error(
        "every", "\"\(text)\" is no time above 0, such as \"6 h\", \"30 min\" or \"90 s\"")
    }
    every = pause
    if let text = try section.text("threshold") {
      guard let parsed = Tolerance(text: text) else {
        throw section.error(
          "threshold",
          "\"\(text)\": write a part of the window such as \"1.5 %\", or a weight such as \"0.03\"")
      }
      threshold = parsed
    } else {
      threshold = tolerance
    }
    var drift = StatedDrift()
    drift.time = try Self.rate(section, "drift_time", example: "0.5 % in 24 h") {
      Self.period($0)?.value
    }
    drift.exposures = try Self.rate(section, "drift_exposures", example: "1 % in 1e6") {
      Double($0)
    }
    drift.pulses = try Self.rate(section, "drift_pulses", example: "1 % in 1e5") { Double($0) }
    self.drift = drift == StatedDrift() ? nil : drift
  }

  /// A time such as "6 h", "30 min", "1.5 d" or "90 s"; nil for what is none above 0.
  public static func period(_ text: String) -> Seconds? {
    let text = text.trimmingCharacters(in: .whitespaces)
    let units = [("min", 60.0), ("h", 3_600), ("d", 86_400)]
    if let unit = units.first(where: { text.hasSuffix($0.0) }) {
      let digits = text.dropLast(unit.0.count).trimmingCharacters(in: .whitespaces)
      guard let number = Double(digits), number > 0, number.isFinite else { return nil }
      return Seconds(number * unit.1)
    }
    guard let seconds = try? Seconds(parsing: text), seconds > .zero, seconds.isFinite else {
      return nil
    }
    return seconds
  }

  private static func rate(
    _ section: BenchSection, _ key: String, example: String, _ span: (String) -> Double?
  ) throws(BenchFileError) -> StatedDrift.Rate? {
    guard let text = try section.text(key) else { return nil }
    let fields = text.components(separatedBy: " in ")
    guard fields.count == 2,
      let size = Tolerance(text: fields[0].trimmingCharacters(in: .whitespaces)),
      let span = span(fields[1].trimmingCharacters(in: .whitespaces)), span > 0, span.isFinite
    else {
      throw section.error(
        key,
        "\"\(text)\" is no drift; write how far symmetric points wander, and in what, such as \"\(example)\""
      )
    }
    return StatedDrift.Rate(size: size, span: span)
  }
}
