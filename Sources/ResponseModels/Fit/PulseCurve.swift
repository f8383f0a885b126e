public import Foundation

/// Measured states of one cell after each of a series of programming pulses.
public struct PulseCurve: Sendable, Hashable, Codable {
  /// What the states measure.
  public enum Quantity: String, Sendable, Hashable, Codable {
    /// Normalised weights, dimensionless.
    case weight
    /// Conductances in siemens.
    case siemens
  }

  /// An unbroken run of pulses of one direction.
  public struct Branch: Sendable, Hashable, Codable {
    /// The direction of every pulse of the run.
    public let direction: PulseDirection
    /// The state after each pulse, in the unit of the curve.
    public let states: [Double]
    /// The time of each state as the file gives it, or empty.
    public let times: [Double]

    /// Creates a branch; `times` is empty or as long as `states`.
    public init(direction: PulseDirection, states: [Double], times: [Double] = []) {
      self.direction = direction
      self.states = states
      self.times = times
    }
  }

  /// The runs in the order of the file; each has a start of its own.
  public let branches: [Branch]
  /// What the states measure.
  public let quantity: Quantity
  /// The name of the file or device that the curve came from.
  public let source: String

  /// Creates a curve from branches.
  public init(branches: [Branch], quantity: Quantity = .weight, source: String = "curve") {
    self.branches = branches
    self.quantity = quantity
    self.source = source
  }

  /// Reads a curve from separated text.
  ///
  /// Two forms are read, with or without a header:
  /// - two columns, the state after each up pulse and the state after each down pulse. The columns
  ///   may differ in length; the shorter one ends with empty fields;
  /// - the long form, one line a pulse: index, polarity, state and optionally time. With a header,
  ///   the columns may be in any order; a resistance column (ohm) is turned into conductance. A run
  ///   of equal polarity becomes a branch.
  ///
  /// Separators are comma, tab or semicolon; with semicolons or tabs, numbers may have a decimal
  /// comma. Empty lines and lines starting with `#` are skipped.
  ///
  /// - Parameters:
  ///   - text: the whole file.
  ///   - source: its name, for messages.
  ///   - quantity: what a two-column file, or a long form without a header, holds. A header that
  ///     names the quantity takes precedence.
  public init(text: String, source: String, quantity: Quantity = .weight) throws(CurveError) {
    self = try PulseCurveReader(source: source, quantity: quantity).read(text)
  }

  /// Reads a curve from the bytes of a UTF-8 file; see ``init(text:source:quantity:)``.
  public init(data: Data, source: String, quantity: Quantity = .weight) throws(CurveError) {
    guard let text = String(data: data, encoding: .utf8) else {
      throw CurveError(
        .notText, source: source,
        explanation: "the file is not UTF-8 text; save the table as CSV (UTF-8)")
    }
    try self.init(text: text, source: source, quantity: quantity)
  }

  /// The number of measured states of a direction.
  public func count(_ direction: PulseDirection) -> Int {
    branches.reduce(0) { $0 + ($1.direction == direction ? $1.states.count : 0) }
  }

  /// The smallest and the largest finite state, or nil if there is none.
  public var window: ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for branch in branches {
      for state in branch.states where state.isFinite {
        low = min(low, state)
        high = max(high, state)
      }
    }
    return low <= high ? low...high : nil
  }
}
