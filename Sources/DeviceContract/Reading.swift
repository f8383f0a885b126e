public import PhysicalUnits

/// What a read of a region found.
public struct Reading: Sendable, Hashable, Codable {
  /// The cells that were read.
  public var region: CellRegion
  /// One value a cell, row-major: normalised conductance, dimensionless; ``ConductanceScale`` turns it
  /// into siemens.
  public var weights: [Float]
  /// Samples averaged into each value.
  public var averages: Int
  /// Cells whose value lay at an end of the converter's range, and is a bound and no measurement.
  public var saturated: Int
  /// For a read inside a train: steps of the pattern fired before it; 0 otherwise.
  public var afterSteps: Int
  /// The time that the read took, without the link.
  public var duration: Seconds
  /// How often the cells may have been read before for the same request, without an answer that arrived.
  public var repeats: Int

  /// Describes a reading.
  public init(
    region: CellRegion, weights: [Float], averages: Int, saturated: Int = 0, afterSteps: Int = 0,
    duration: Seconds = .zero, repeats: Int = 0
  ) {
    self.region = region
    self.weights = weights
    self.averages = averages
    self.saturated = saturated
    self.afterSteps = afterSteps
    self.duration = duration
    self.repeats = repeats
  }
}
