import Foundation

/// Which cells are to be asked whether they are where they are said to be.
public enum AuditWish: Sendable, Hashable, CustomStringConvertible {
  /// None.
  case none
  /// A random part of those that are called converged; all where the array gives a reason.
  case part(Double)
  /// All that are called converged.
  case all

  /// A twentieth finds a method that is wrong in one cell of ten almost surely, and costs some per cent of the pulses.
  public static let usual = AuditWish.part(0.05)

  /// Reads "5%", "all" or "none".
  ///
  /// - Returns: nil for what is neither, and for a part that is not above 0 and up to 100 %.
  public init?(text: String) {
    switch text {
    case "none": self = .none
    case "all": self = .all
    default:
      guard text.hasSuffix("%"),
        let percent = Double(text.dropLast().trimmingCharacters(in: .whitespaces)), percent > 0,
        percent <= 100
      else { return nil }
      self = percent == 100 ? .all : .part(percent / 100)
    }
  }

  /// As people write it.
  public var description: String {
    switch self {
    case .none: "none"
    case .part(let part): Tolerance.percent(part)
    case .all: "all"
    }
  }

  /// So many cells of an array are asked.
  ///
  /// If none of 20 fails, less than one cell in seven is wrong (95 %): fewer say nothing that is of use.
  func cells(of count: Int) -> Int {
    switch self {
    case .none: 0
    case .part(let part): min(count, max(20, Int((part * Double(count)).rounded(.up))))
    case .all: count
    }
  }
}
