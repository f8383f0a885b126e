public import DeviceContract

/// What became of cells that were to be brought to some states.
public struct WrittenCells: Sendable, Hashable {
  /// How it ended for a cell.
  public enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// The last read lies within the tolerance.
    case reached
    /// It is as near as its steps and their noise allow, which is beyond the tolerance.
    case near
    /// It runs into its bound before.
    case outOfReach
    /// It answers no pulse.
    case stuck
    /// The pulses, or the rounds, ended before.
    case budget
    /// It has no target, and got no pulse.
    case left
  }

  /// What became of a cell.
  public struct Cell: Sendable, Hashable {
    /// Where it was to be brought, as a weight; nil for one that was to be left alone.
    public var target: Float?
    /// The last read; pulses of a train that failed came after it.
    public var weight: Float
    /// Pulses of both polarities.
    public var pulses: Int
    /// How it ended.
    public var verdict: Verdict

    /// What is left between the last read and the target.
    public var residual: Float? { target.map { weight - $0 } }
  }

  /// The cells.
  public let region: CellRegion
  /// What became of each, row-major.
  public let cells: [Cell]
  /// The distance that was good enough, as a weight.
  public let tolerance: Double
  /// Reads of the whole region.
  public let reads: Int
  /// Why it ended early; nil where it ran to its end.
  public let stoppedBy: DeviceError?

  /// Describes an end.
  public init(
    region: CellRegion, cells: [Cell], tolerance: Double, reads: Int, stoppedBy: DeviceError?
  ) {
    (self.region, self.cells, self.tolerance) = (region, cells, tolerance)
    (self.reads, self.stoppedBy) = (reads, stoppedBy)
  }

  /// How many cells have a verdict.
  public func count(of verdict: Verdict) -> Int { cells.count { $0.verdict == verdict } }

  /// The root mean square residual over some verdicts' cells; nil where there are none.
  public func rmsResidual(of verdicts: Set<Verdict>) -> Double? {
    let residuals = cells.filter { verdicts.contains($0.verdict) }.compactMap(\.residual)
    guard !residuals.isEmpty else { return nil }
    let sum = residuals.reduce(0.0) { $0 + Double($1) * Double($1) }
    return (sum / Double(residuals.count)).squareRoot()
  }
}
