public import DeviceContract

/// Finds symmetric points with few pulses, where each cell can be given pulses of its own.
///
/// Every cell has a filter (``LineFilter``) that knows the state and the response by then; it is moved to where the
/// symmetric point is believed to be, and swung around it until that is known well enough. Each round is one count
/// map and one read of the region. The method and its settings are derived from simulations of cells with soft
/// bounds; the bound that no method beats is `sqrt(N) rms >= 2 sigma / (s+ + s-)` for a noise of sigma a pulse.
///
/// States also move by themselves: pulses of other cells half-select them (``disturb``), and they relax. Cells
/// that are read twice without a pulse in between tell by how much; where that matters, rows are read anew before
/// their pulses, and what nobody saw counts as an error. On 32 x 32 quiet cells an exposure that moves by a
/// thousandth of a step takes 570 instead of 410 pulses a cell, by a hundredth 660, at the same error; relaxation
/// at 1/s to 10/s takes 700 to 900, and beyond that cells are said to be no model.
///
/// Up and down pulses of a row take slots of their own. Where these cost more time than reads do, the cells of a
/// row have pulses of one polarity at a time (noisy cells, 16 x 32: 40 % less time, 11 % fewer exposures, no more
/// pulses). Where reads cost more it is not done: on 32 x 32 quiet cells at 1 % it saves 4 % of exposures, which
/// come from the columns, and takes 12 % more time and 23 instead of 14 reads; on 128 x 128 3 %, 9 % and 23
/// instead of 16.
public struct Seek: Sendable {
  /// What is expected of the cells.
  public var expected: ResponseExpectation
  /// The standard deviation of a symmetric point at which its cell is done, as a weight.
  public var tolerance: Double
  /// Samples averaged into each read.
  public var averages: Int
  /// The most pulses of any one cell.
  public var mostPulses: Int
  /// The most pulses of all cells together; nil for as many as each of them may have.
  ///
  /// Where they do not bring all cells to ``tolerance``, all come to one standard deviation instead.
  public var mostPulsesInAll: Int?
  /// What all cells together keep to.
  public var cap = SpendingCap()
  /// How far a cell is swung around its symmetric point, and how far it is moved between two reads, as parts of the
  /// window: more is travel that says little, less is many reads.
  public var swing = 0.025, stride = 0.05
  /// The least swing in steps where the noise of pulses is what hides the symmetric point: then every pulse says the
  /// same of it wherever the cell is, and more of the slopes the further it is swung.
  public var noisySwing = 100.0
  /// Whether each row is read before its pulses, too, and pulsed for itself, in every round.
  ///
  /// Pulses of other cells may have moved the state since it was last read: through half-selected lines, or by
  /// relaxation. It costs as many reads again, and some more pulses. Without it rows are read anew in those rounds in
  /// which states are expected to move by too much, from ``disturb`` or from what was seen of cells that were read and
  /// not pulsed.
  public var rereads = false
  /// The part of a full step by which an exposure of a half-selected cell is expected to move it; nil if nobody knows.
  ///
  /// It is measured all the while; a number lets the first rounds be right, too.
  public var disturb: Double?
  /// The rate in 1/s at which states are expected to relax to 0; nil if nobody knows.
  ///
  /// It is measured all the while, too. Where nobody knows it, cells that are done are read some more times without a
  /// pulse, if what was seen of them leaves room for a rate that would have moved the symmetric points.
  public var relaxation: Double?
  /// How often a cell that is not straight is followed along its response; 0 to stop such cells where they are.
  ///
  /// Its bursts further away than ``stride`` are forgotten, and the lines are its tangents. What is found keeps the
  /// verdict ``SymmetricPointEstimate/Verdict/model`` until a ``BracketAudit`` says otherwise.
  public var mostRestarts = 12
  /// What is known of each cell of the region before, one entry a cell; nil for nothing.
  public var known: [KnownPoint?]?
  /// How idle lines are held.
  public var scheme: BiasScheme
  /// Whether the cells of a row have pulses of one polarity at a time.
  var isAligned = true
  /// Bursts before a cell may be done: fewer say too little of the error of the error.
  static let fewestBursts = 4
  /// What ends a search that nothing else ends: a loop on hardware has a cap.
  static let mostRounds = 4_000

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
