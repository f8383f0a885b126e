/// The durations that an instrument can be set to: every whole step from the shortest to the longest.
public struct SteppedWidths: Sendable, Hashable, Codable {
  /// The shortest duration.
  public let shortest: PulseWidth
  /// The longest duration.
  public let longest: PulseWidth
  /// The distance of two neighbouring durations.
  public let step: PulseWidth

  /// Makes a range.
  ///
  /// - Throws: ``UnitError`` if the ends are in the wrong order or the step is 0.
  public init(
    from shortest: PulseWidth, through longest: PulseWidth, step: PulseWidth
  ) throws(UnitError) {
    guard shortest <= longest, step > .zero else {
      throw UnitError(
        code: .contradictoryRange, text: "\(shortest)...\(longest) by \(step)",
        explanation: "a range needs its shortest width first and a positive step")
    }
    self.shortest = shortest
    self.longest = longest
    self.step = step
  }

  /// The settable duration nearest to the one asked for, or nil if that lies outside.
  public func quantised(_ width: PulseWidth) -> PulseWidth? {
    let half = step.picoseconds / 2
    guard
      width.picoseconds >= shortest.picoseconds - half,
      width.picoseconds <= longest.picoseconds + half
    else { return nil }
    let offset = width.picoseconds - shortest.picoseconds
    let steps = (Double(offset) / Double(step.picoseconds)).rounded()
    let nearest = shortest.picoseconds + Int64(steps) * step.picoseconds
    return PulseWidth(
      picoseconds: min(max(nearest, shortest.picoseconds), longest.picoseconds))
  }
}
