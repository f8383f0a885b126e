import DeviceContract
public import ReproducibleNoise

/// What all rules with a fast and a slow array have in common: gradients pulse array 0, whose columns are read
/// one after the other and written into array 1.
public struct FastArray: Sendable, Hashable, Codable {
  /// The array that the gradients pulse, and the one that is written.
  public static let fast = 0, slow = 1

  /// The step against a gradient.
  public let rate: Float
  /// Turns increments into pulses.
  public let planner: BitLinePlanner
  /// Rows of the layer.
  public let rows: Int
  /// The columns that are read.
  public var cycle: ColumnCycle
  /// The signs of the columns.
  public var chopper: Chopper
  /// How values get into the slow array.
  public var transfer: Transfer
  /// The symmetric points of the fast array, where they were known beforehand.
  public let known: Matrix?
  /// What the rates are multiplied by.
  public var scale = RateScale()
  /// What was counted.
  public var tally = RuleTally()
  /// The columns whose read is awaited.
  private var awaited: Range<Int>?

  /// The parts of a rule for one layer.
  public init(
    layer: RuleLayer, rate: Float, cycle: ColumnCycle, chopper: Chopper? = nil, transfer: Transfer
  ) {
    (self.rate, self.cycle, self.transfer) = (rate, cycle, transfer)
    (planner, rows, known) = (layer.planner, layer.shape.rows, layer.known?.estimate)
    self.chopper =
      chopper ?? Chopper(columns: layer.shape.columns, probability: 0, isRandom: false)
  }

  /// The pulses for a gradient.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] {
    planner.pulses(
      for: gradient, rate: rate * scale.fast, array: Self.fast,
      signs: chopper.probability > 0 ? chopper.signs : nil, counting: &tally.cycles,
      using: &random)
  }

  /// What was read beyond the reference that was known beforehand, row-major over the columns.
  func residual(_ values: [Float], columns: Range<Int>) -> [Float] {
    known?.subtracted(from: values, columns: columns) ?? values
  }

  /// The slow array plus a part `gamma` of what the fast one holds beyond a zero.
  ///
  /// Line 1 of algorithm 2 of arXiv 2602.21321, and line 3 of its algorithm 3.
  ///
  /// - Parameter signs: of the chopper; nil for none.
  static func mixing(
    gamma: Float, zero: @autoclosure () -> Matrix?, signs: [Float]? = nil
  ) -> WeightMixing {
    guard gamma != 0 else { return WeightMixing(base: slow) }
    return WeightMixing(
      base: slow, terms: [.init(array: fast, worth: gamma, zero: zero(), signs: signs)])
  }

  /// The mini-batch of the first write of a rule that needs a flip before it; flips by chance are taken at their mean.
  var firstWriteAfterAFlip: Int {
    guard chopper.probability > 0, known == nil else { return 1 }
    return cycle.firstVisit(chopper.period + 1)
  }

  /// As many pulses on each cell of the next columns as one transfer can fire.
  var mostTransfer: [ArrayPulses] {
    [
      ArrayPulses(
        array: Self.slow, rows: 0..<rows, columns: cycle.upcoming,
        pattern: .uniform(.up, count: transfer.mostPulses))
    ]
  }

  /// How far a transfer has come.
  public enum Visit: Sendable {
    /// What was read of the columns whose turn it is, for the rule to make something of.
    case found([Float], columns: Range<Int>)
    /// What is to be done next, without the rule.
    case step(TransferStep)
  }

  /// The first half of a transfer: asks for the read of the columns that are due, and hands out what was found.
  public mutating func visit(_ answer: [Float]?) -> Visit {
    guard let answer else {
      awaited = cycle.step()
      return .step(awaited.map { .read(array: Self.fast, columns: $0) } ?? .done)
    }
    guard let columns = awaited else { return .step(.done) }
    awaited = nil
    tally.columnReads += columns.count
    return .found(answer, columns: columns)
  }

  /// The second half: writes what a rule has made of a read into the slow array.
  ///
  /// - Parameters:
  ///   - residual: what was read beyond the reference, row-major over the columns.
  ///   - writes: whether it may be written by now, one a column; nil for all.
  public mutating func write(
    _ residual: [Float], writes: [Bool]? = nil, columns: Range<Int>,
    using random: inout RandomStream
  ) -> TransferStep {
    let pulses = transfer.pulses(
      residual, scale: scale.transfer,
      writes: writes ?? Array(repeating: true, count: columns.count), rows: rows,
      columns: columns, array: Self.slow, using: &random)
    return pulses.isEmpty ? .done : .fire(pulses)
  }
}

/// What a rule must know of its layer.
public struct RuleLayer: Sendable, Hashable, Codable {
  /// Rows and columns.
  public var shape: WeightShape
  /// Turns increments into pulses.
  public var planner: BitLinePlanner
  /// The range between the mean bounds of a cell, in weights.
  public var range: Float
  /// The symmetric points of the fast array, where they are known beforehand.
  public var known: KnownReference?
  /// How what the rule tracks is watched; nil for not.
  public var watch: WatchSettings?

  /// Describes a layer.
  public init(
    shape: WeightShape, planner: BitLinePlanner, range: Float, known: KnownReference? = nil,
    watch: WatchSettings? = nil
  ) {
    (self.shape, self.planner, self.range, self.known) = (shape, planner, range, known)
    self.watch = watch
  }

  /// A tracker of the fast array with its watch.
  func watched<Tracker>(_ tracker: Tracker) -> TrackerWatch<Tracker> {
    TrackerWatch(
      tracker, settings: watch ?? WatchSettings(), start: watch == nil ? nil : known)
  }
}
