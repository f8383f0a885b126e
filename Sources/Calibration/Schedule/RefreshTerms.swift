import Foundation
public import PhysicalUnits
import PulseLedger

/// When cells of a campaign are calibrated again, and how their symmetric points wander until then.
public struct RefreshTerms: Sendable, Hashable {
  /// Time from the end of one calibration to the next look.
  public let every: Seconds
  /// The error beyond which a cell is due; the tolerance of the campaign where the file says nothing.
  public let threshold: Tolerance
  /// The same as it was written; nil where the file says nothing.
  public let thresholdText: String?
  /// How symmetric points wander; nil where nothing is stated, and then all cells are measured anew.
  public let drift: StatedDrift?
  /// The same as it was written, by key.
  public let driftTexts: [String: String]

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
    thresholdText = try section.text("threshold")
    if let text = thresholdText {
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
    drift.time = try Self.rate(section, "drift_time", example: "0.5 % in 24 h") { .init(time: $0) }
    drift.exposures = try Self.rate(section, "drift_exposures", example: "1 % in 1e6") {
      .init(count: $0)
    }
    drift.pulses = try Self.rate(section, "drift_pulses", example: "1 % in 1e5") {
      .init(count: $0)
    }
    self.drift = drift.isEmpty ? nil : drift
    var texts: [String: String] = [:]
    for key in Self.keys where key.hasPrefix("drift_") { texts[key] = try section.text(key) }
    driftTexts = texts
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
    _ section: BenchSection, _ key: String, example: String,
    _ parse: (String) -> StatedDrift.Rate?
  ) throws(BenchFileError) -> StatedDrift.Rate? {
    guard let text = try section.text(key) else { return nil }
    guard let rate = parse(text) else {
      throw section.error(
        key,
        "\"\(text)\" is no drift; write how far symmetric points wander, and in what, such as \"\(example)\""
      )
    }
    return rate
  }
}
