/// A duration that is set on an instrument: a whole, non-negative number of picoseconds.
///
/// An integer, so that what a board was told and what it says it used compare exactly. Picoseconds,
/// because timers count in steps such as 62.5 ns. The longest is some 106 days.
public struct PulseWidth: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The duration in picoseconds.
  public let picoseconds: Int64

  /// A duration in picoseconds.
  ///
  /// - Precondition: not negative.
  public init(picoseconds: Int64) {
    precondition(picoseconds >= 0, "a pulse width is not negative")
    self.picoseconds = picoseconds
  }

  /// A duration in nanoseconds.
  public static func nanoseconds(_ count: Int) -> PulseWidth {
    PulseWidth(picoseconds: Int64(count) * 1_000)
  }

  /// A duration in microseconds.
  public static func microseconds(_ count: Int) -> PulseWidth {
    PulseWidth(picoseconds: Int64(count) * 1_000_000)
  }

  /// A duration in milliseconds.
  public static func milliseconds(_ count: Int) -> PulseWidth {
    PulseWidth(picoseconds: Int64(count) * 1_000_000_000)
  }

  /// No duration.
  public static let zero = PulseWidth(picoseconds: 0)

  /// Reads engineering notation, such as "100 ns".
  ///
  /// - Throws: ``UnitError`` if the text is no duration, is negative, or is no whole number of
  ///   picoseconds.
  public init(parsing text: String) throws(UnitError) {
    let seconds = try Seconds(parsing: text)
    guard seconds.value >= 0, seconds.value.sign == .plus else {
      throw UnitError(
        code: .negative, text: text,
        explanation: "\"\(text)\" is negative: a pulse has a width of 0 or more")
    }
    let picoseconds = seconds.value * 1e12
    let whole = picoseconds.rounded()
    guard picoseconds < 9.2e18, abs(picoseconds - whole) <= 1e-6 * max(1, whole * 1e-9) else {
      throw UnitError(
        code: .notRepresentable, text: text,
        explanation: "\"\(text)\" is no whole number of picoseconds below 106 days")
    }
    self.init(picoseconds: Int64(whole))
  }

  /// The duration in seconds.
  public var seconds: Seconds { Seconds(Double(picoseconds) * 1e-12) }

  /// Engineering notation, exact to the picosecond.
  public var description: String {
    let units: [(String, Int64)] = [
      ("s", 1_000_000_000_000), ("ms", 1_000_000_000), ("µs", 1_000_000), ("ns", 1_000), ("ps", 1),
    ]
    guard let (unit, size) = units.first(where: { picoseconds >= $0.1 }) else { return "0 s" }
    var fraction = ""
    if picoseconds % size != 0 {
      fraction = "." + String(size + picoseconds % size).dropFirst()
      while fraction.hasSuffix("0") { fraction.removeLast() }
    }
    return "\(picoseconds / size)\(fraction) \(unit)"
  }

  /// The shorter one is less.
  public static func < (left: PulseWidth, right: PulseWidth) -> Bool {
    left.picoseconds < right.picoseconds
  }

  /// The sum.
  public static func + (left: PulseWidth, right: PulseWidth) -> PulseWidth {
    PulseWidth(picoseconds: left.picoseconds + right.picoseconds)
  }

  /// A whole multiple.
  public static func * (width: PulseWidth, count: Int) -> PulseWidth { count * width }

  /// A whole multiple.
  public static func * (count: Int, width: PulseWidth) -> PulseWidth {
    PulseWidth(picoseconds: Int64(count) * width.picoseconds)
  }

  /// Decodes a whole number of picoseconds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let picoseconds = try container.decode(Int64.self)
    guard picoseconds >= 0 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a pulse width of \(picoseconds) ps is negative")
    }
    self.init(picoseconds: picoseconds)
  }

  /// Encodes a whole number of picoseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(picoseconds)
  }
}
