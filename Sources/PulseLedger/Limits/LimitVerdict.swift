import DeviceContract

/// A limit in force, held against what is asked.
public struct LimitVerdict: Sendable, Hashable, Codable {
  /// What is limited.
  public var limit: String
  /// Who set the limit.
  public var setBy: String
  /// What all the numbers are counted in: a unit, "pulses" or "exposures".
  public var unit: String
  /// The limit.
  public var allowed: Double
  /// The number asked in the worst case; nil where a train asks for no compliance at all.
  public var asked: Double?
  /// What was spent before; nil where the limit holds for every pulse alone, and nothing spends it.
  public var spent: Double?
  /// The number left; below 0 where more was spent than the limit.
  public var left: Double
  /// What the number is asked of, such as "cell (1, 2) of tile 0".
  public var subject: String
  /// Whether it fits.
  public var fits: Bool

  init(_ bound: LimitBound, asks asked: Double?, spent: Double? = nil, of subject: String) {
    limit = bound.name
    setBy = bound.setBy
    unit = bound.unit
    allowed = bound.value
    self.asked = asked
    self.spent = spent
    left = bound.value - (spent ?? 0)
    self.subject = subject
    fits = asked.map { bound.allows($0 + (spent ?? 0)) || $0 == 0 } ?? false
  }

  /// A number in the unit of this limit, as people read it.
  public func text(_ number: Double) -> String { LimitBound.text(number, unit: unit) }

  /// The refusal of what does not fit.
  func refusal(of what: String = "this") -> DeviceError {
    let asks = asked.map(text) ?? "nothing"
    let spending = spent.map { "spent \(text($0)), " } ?? ""
    let advice =
      asked == nil
      ? "ask for a compliance of at most \(text(allowed))"
      : left > 0
        ? "ask for less, or change the limit where it was set"
        : "nothing more is possible unless the limit is changed where it was set"
    return DeviceError(
      code: spent == nil ? .overLimit : .overBudget,
      explanation: "the limit of the \(limit) is \(text(allowed)), set by \(setBy): \(what) asked "
        + "\(asks) of \(subject), \(spending)left \(text(max(0, left))); nothing was fired; "
        + advice)
  }
}
