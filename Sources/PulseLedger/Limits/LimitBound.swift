import PhysicalUnits

/// A number that may not be exceeded, and who set it.
struct LimitBound: Sendable, Hashable {
  /// What is limited, as refusals call it.
  let name: String
  /// What it is counted in: a unit, or "pulses" and "exposures" for whole numbers.
  let unit: String
  let value: Double
  let setBy: String

  var isCount: Bool { Self.counts(unit) }

  /// Whether a number is within the limit; NaN is not.
  ///
  /// Quantities may exceed it by a part in 1e9, since 1.5 V from a text and 1.5 V from a number of steps
  /// differ in the last bit. Counts are exact.
  func allows(_ number: Double) -> Bool {
    number <= (isCount ? value : value * (1 + 1e-9))
  }

  static func counts(_ unit: String) -> Bool { unit == "pulses" || unit == "exposures" }

  /// A number as people read it.
  static func text(_ number: Double, unit: String) -> String {
    guard counts(unit) else { return EngineeringNotation.format(number, unit: unit) }
    guard let whole = Int(exactly: number) else { return "\(number) \(unit)" }
    return "\(whole) \(whole == 1 ? String(unit.dropLast()) : unit)"
  }
}
