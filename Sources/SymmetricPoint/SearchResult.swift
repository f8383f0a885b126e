public import DeviceContract

/// What a search for symmetric points found.
public struct SearchResult: Sendable {
  /// The cells.
  public let region: CellRegion
  /// One estimate a cell, row-major.
  public let estimates: [SymmetricPointEstimate]
  /// Reads of the whole region.
  public let reads: Int
  /// Squared innovations by their expected variance, in the median cell: 1 where response and noise are as assumed.
  public let innovationRatio: Double
  /// The way there, one entry a read.
  public let course: [SearchProgress]
  /// The way of a few cells, evenly taken from those that were measured.
  public let cells: [CellCourse]
  /// The estimates of some cells after each entry of ``course`` but the first; nil where the method keeps none.
  public let trace: SearchTrace?
  /// The mean step of a pulse at the symmetric point of each cell, as a weight; nil where the method does not tell it.
  public let steps: [Float]?
  /// Squared moves of cells that were measured again, by what their intervals let one expect (``Refreshing``): 1 in the
  /// mean where symmetric points wander as they were thought to, and more where they wander faster; nil where nothing
  /// was known before, or of too few cells.
  public let driftRatio: Double?
  /// What the symmetric point of each cell was believed in before its own pulses, as a standard deviation.
  var priors: [Double] = []
  /// Why the search ended before it was done; nil where it ran to its end.
  public let stoppedBy: DeviceError?

  /// Describes what was found.
  public init(
    region: CellRegion, estimates: [SymmetricPointEstimate], reads: Int, innovationRatio: Double,
    course: [SearchProgress], cells: [CellCourse] = [], trace: SearchTrace? = nil,
    steps: [Float]? = nil, driftRatio: Double? = nil, stoppedBy: DeviceError?
  ) {
    self.driftRatio = driftRatio
    (self.region, self.estimates, self.reads) = (region, estimates, reads)
    (self.innovationRatio, self.course) = (innovationRatio, course)
    (self.trace, self.steps) = (trace, steps)
    self.cells = cells.map { $0.ending(at: estimates[$0.cell]) }
    self.stoppedBy = stoppedBy
  }

  /// How many estimates have a verdict.
  public func count(of verdict: SymmetricPointEstimate.Verdict) -> Int {
    estimates.count { $0.verdict == verdict }
  }
}
