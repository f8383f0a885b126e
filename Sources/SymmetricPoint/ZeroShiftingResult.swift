public import DeviceContract

/// What zero-shifting found.
public struct ZeroShiftingResult: Sendable {
  /// The cells.
  public let region: CellRegion
  /// One estimate a cell, row-major.
  public let estimates: [SymmetricPointEstimate]
  /// The states on the way.
  public let record: RelaxationRecord
  /// Why the search ended before its last pulse; nil where it ran to its end.
  public let stoppedBy: DeviceError?

  /// How many estimates have a verdict.
  public func count(of verdict: SymmetricPointEstimate.Verdict) -> Int {
    estimates.count { $0.verdict == verdict }
  }
}
