/// The values that an instrument can be set to: every whole step from the lowest to the highest.
public struct SteppedRange<Quantity: PhysicalQuantity>: Sendable, Hashable, Codable {
  /// The lowest value.
  public let lowest: Quantity
  /// The highest value.
  public let highest: Quantity
  /// The distance of two neighbouring values.
  public let step: Quantity

  /// Makes a range.
  ///
  /// - Throws: ``UnitError`` if a number is infinite or NaN, the ends are in the wrong order, or the
  ///   step is not positive.
  public init(from lowest: Quantity, through highest: Quantity, step: Quantity) throws(UnitError) {
    for value in [lowest, highest, step] { _ = try Quantity(limit: value.value) }
    guard lowest <= highest, step > .zero else {
      throw UnitError(
        code: .contradictoryRange, text: "\(lowest)...\(highest) by \(step)",
        explanation: "a range needs its lowest value first and a positive step")
    }
    self.lowest = lowest
    self.highest = highest
    self.step = step
  }

  /// The settable value nearest to the one asked for, or nil if that lies outside.
  public func quantised(_ value: Quantity) -> Quantity? {
    // Half a step beyond an end is still nearest to that end; NaN fails every comparison.
    guard value >= lowest - step / 2, value <= highest + step / 2 else { return nil }
    let steps = ((value - lowest) / step).rounded()
    return min(max(lowest + steps * step, lowest), highest)
  }
}
