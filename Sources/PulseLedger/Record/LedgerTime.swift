public import Foundation

/// A time as the ledger keeps it: whole microseconds since 1970 in UTC.
public struct LedgerTime: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
  public var microseconds: Int64

  /// A number of microseconds since 1970.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The microsecond of a date.
  public init(_ date: Date) {
    // Far outside every clock: what is no number counts as 1970.
    let value = (date.timeIntervalSince1970 * 1e6).rounded()
    microseconds = abs(value) < 9e18 ? Int64(value) : 0
  }

  /// The date.
  public var date: Date { Date(timeIntervalSince1970: Double(microseconds) * 1e-6) }

  /// Earlier before later.
  public static func < (left: LedgerTime, right: LedgerTime) -> Bool {
    left.microseconds < right.microseconds
  }

  /// Days since 1970-01-01, in UTC.
  public var day: Int { Int((Double(microseconds) / 86_400e6).rounded(.down)) }

  /// ISO 8601 in UTC with microseconds, such as 2026-03-01T12:00:00.000250Z.
  public var text: String {
    let (date, inDay) = (Self.dayText(day), microseconds - Int64(day) * 86_400_000_000)
    let seconds = inDay / 1_000_000
    func padded(_ number: Int64, _ digits: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    return date + "T" + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
      + padded(seconds % 60, 2) + "." + padded(inDay % 1_000_000, 6) + "Z"
  }

  /// A day since 1970 as its date, such as 2026-03-01.
  public static func dayText(_ day: Int) -> String {
    // Civil from days, Hinnant 2013: eras of 400 years that begin on 1 March.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let monthFromMarch = (5 * ofYear + 2) / 153
    let date = ofYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let fullYear = year + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int, _ digits: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    return padded(fullYear, 4) + "-" + padded(month, 2) + "-" + padded(date, 2)
  }
}
