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
    /// The time of each state, or empty.
    ///
    /// In seconds if the file names a unit, otherwise as the file gives it.
    public let times: [Double]
    /// The measured state that the first pulse of the run started from; nil if it is not known.
    ///
    /// In a record without gaps this is the last state of the run before. It makes a step of the
    /// first pulse, so that even a run of one pulse says something.
    public let start: Double?

    /// Creates a branch; `times` is empty or as long as `states`.
    public init(
      direction: PulseDirection, states: [Double], times: [Double] = [], start: Double? = nil
    ) {
      self.direction = direction
      self.states = states
      self.times = times
      self.start = start
    }
  }

  /// The runs in the order of the file.
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
  /// - two columns, the state after each up pulse and the state after each down pulse, or the other
  ///   way round if a header says so. The columns may differ in length; the shorter one ends with
  ///   empty fields;
  /// - the long form, one line a pulse: index, polarity, state and optionally time. With a header,
  ///   the columns may be in any order. A run of equal polarity becomes a branch; a missing index
  ///   ends a run, and the next one starts from an unknown state.
  ///
  /// A header may name units in brackets or at the end of a name, as in `R (kohm)` or `g_us`:
  /// siemens, ohms (turned into conductance) and seconds with their usual prefixes.
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
