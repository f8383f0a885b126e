public import DeviceContract

/// Finds symmetric points with few pulses, where each cell can be given pulses of its own.
///
/// Every cell has a filter (``LineFilter``) that knows the state and the response by then; it is moved to where the
/// symmetric point is believed to be, and swung around it until that is known well enough. Each round is one count
/// map and one read of the region. The method and its settings are derived from simulations of cells with soft
/// bounds; the bound that no method beats is `sqrt(N) rms >= 2 sigma / (s+ + s-)` for a noise of sigma a pulse.
public struct Seek: Sendable {
  /// What is expected of the cells.
  public var expected: ResponseExpectation
  /// The standard deviation of a symmetric point at which its cell is done, as a weight.
  public var tolerance: Double
  /// Samples averaged into each read.
  public var averages: Int
  /// The most pulses of any one cell.
  public var mostPulses: Int
  /// How far a cell is swung around its symmetric point, and how far it is moved between two reads, as parts of the
  /// window: more is travel that says little, less is many reads.
  public var swing = 0.025, stride = 0.05
  /// How idle lines are held.
  public var scheme: BiasScheme
  /// The chance with which an interval holds the symmetric point is 95 %: 1.96 standard deviations of a normal.
  static let confidence = 1.96
  /// Bursts before a cell may be done: fewer say too little of the error of the error.
  static let fewestBursts = 4

  /// Describes a search.
  public init(
    _ expected: ResponseExpectation, tolerance: Double, averages: Int = 4, mostPulses: Int,
    scheme: BiasScheme = .halfVoltage
  ) {
    precondition(tolerance > 0 && averages > 0 && mostPulses > 0, "a search needs an aim and means")
    self.expected = expected
    self.tolerance = tolerance
    self.averages = averages
    self.mostPulses = mostPulses
    self.scheme = scheme
  }
}
