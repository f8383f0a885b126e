import Foundation

/// The error of a symmetric point that is good enough: a part of the window, or a weight.
public enum Tolerance: Sendable, Hashable, CustomStringConvertible {
  /// A part of the length of the window, from lowest to highest weight.
  case part(Double)
  /// A weight.
  case weight(Double)

  /// Reads "1%", "0.5 %" or "0.02".
  ///
  /// - Returns: nil for what is not a finite number above 0, or a part above 50 %.
  public init?(text: String) {
    let isPart = text.hasSuffix("%")
    let digits = (isPart ? text.dropLast() : text[...]).trimmingCharacters(in: .whitespaces)
    guard let number = Double(digits), number > 0, number.isFinite, !isPart || number <= 50 else {
      return nil
    }
    self = isPart ? .part(number / 100) : .weight(number)
  }

  /// The tolerance as a weight.
  ///
  /// - Parameter range: the length of the window.
  public func weight(range: Double) -> Double {
    switch self {
    case .part(let part): part * range
    case .weight(let weight): weight
    }
  }

  /// As people write it, such as "1 %" or "0.02".
  public var description: String {
    switch self {
    case .part(let part): Self.percent(part)
    case .weight(let weight): Self.digits(weight)
    }
  }

  /// Such as "1.8 %".
  public static func percent(_ part: Double) -> String { digits(100 * part) + " %" }

  private static func digits(_ number: Double) -> String { String(format: "%.3g", number) }
}
