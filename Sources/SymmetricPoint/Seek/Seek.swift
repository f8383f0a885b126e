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
  /// The least swing in steps where the noise of pulses is what hides the symmetric point: then every pulse says the
  /// same of it wherever the cell is, and more of the slopes the further it is swung.
  public var noisySwing = 60.0
  /// Whether each row is read before its pulses, too, and pulsed for itself.
  ///
  /// Pulses of other cells may have moved the state since it was last read: through half-selected lines, or by
  /// relaxation. It costs as many reads again, and some more pulses.
  public var rereads = false
  /// How often a cell that is not straight is followed along its response; 0 to stop such cells where they are.
  ///
  /// Its bursts further away than ``stride`` are forgotten, and the lines are its tangents. What is found keeps the
  /// verdict ``SymmetricPointEstimate/Verdict/model`` until a ``BracketAudit`` says otherwise.
  public var mostRestarts = 12
  /// The cells that take part, as places in the region, row-major; nil for all.
  public var cells: [Int]?
  /// What is known of each cell of the region before, one entry a cell; nil for nothing.
  public var known: [KnownPoint?]?
  /// How idle lines are held.
  public var scheme: BiasScheme
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

  /// How many samples to average into a read: until what is left is 0.2 % of the window, or half of what a write
  /// leaves, which no average takes away; at most 16.
  public static func averages(
    for expected: ResponseExpectation, converter: ConverterCapability
  ) -> Int {
    let enough = max(0.002 * expected.range, expected.writeNoise / 2)
    let ratio = converter.noise / enough
    return min(max(1, Int((ratio * ratio).rounded(.up))), 16, converter.mostAverages)
  }
}
