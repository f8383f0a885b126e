public import PhysicalUnits

/// Which cells to read, and how.
public struct ReadRequest: Sendable, Hashable, Codable {
  /// The cells.
  public var region: CellRegion
  /// Samples averaged into each value.
  public var averages: Int
  /// Magnitude at the cell while it is read, or nil for the device's own.
  public var amplitude: Volts?

  /// Asks for a read.
  public init(region: CellRegion, averages: Int = 1, amplitude: Volts? = nil) {
    self.region = region
    self.averages = averages
    self.amplitude = amplitude
  }
}
