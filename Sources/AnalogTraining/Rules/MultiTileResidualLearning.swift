import DeviceContract
public import ReproducibleNoise

/// Multi-tile residual learning: a weight is the sum of several arrays, each worth a part `gamma` of the one before,
/// so that every array learns what those before it, with their coarse steps, could not hold.
///
/// Algorithm 1 of arXiv 2510.02516. Array 0 is the finest, which the gradients pulse (its W(N)); the last one is the
/// coarsest and has a weight of 1. What is read of an array is written into the next coarser one, column by column and
/// without memory; a level is transferred the more rarely the coarser it is.
public struct MultiTileResidualLearning: UpdateRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// Arrays of a weight.
    public var tiles = 4
    /// The worth of an array against the next coarser one: about one over its states; .5 in the published scripts.
    public var gamma: Float = 0.5
    /// The step on the finest array: .05 for MNIST there.
    public var fastRate: Float = 0.05
    /// The step of the first transfer, and by how much that of each coarser level is larger: .1 and 1.2 there.
    public var transferRate: Float = 0.1
    /// See ``transferRate``.
    public var transferGrowth: Float = 1.2
    /// Mini-batches from one first transfer to the next, and by how much each coarser level is rarer: 2 and 5 for MNIST
    /// there, 3 and 2 for CIFAR.
    public var every = 2
    /// See ``every``.
    public var everyGrowth = 5
    /// Columns of one transfer.
    public var width = 1
    /// Whether arrays learn one after the other at first, the coarsest before all, each until the loss rests.
    public var startsWarm = false
    /// The published settings.
    public init() {}
  }

  /// As it was set.
  public let settings: Settings
  /// What was counted so far.
  public private(set) var tally = RuleTally()
  /// The array that is learnt in the warm start, counted from the coarsest; ``Settings/tiles`` - 1 where it is over.
  public private(set) var phase: Int
  private let planner: BitLinePlanner
  private var scale = RateScale()
  private let known: Matrix?
  private let rows: Int
  /// The columns of each level that come next.
  private var cycles: [ColumnCycle]
  /// What is still to be transferred in this mini-batch, in reverse order.
  private var due: [Move] = []
  /// What is being read.
  private var awaited: Move?
  /// Losses of the epochs of this phase.
  private var losses: [Double] = []

  /// One read and the array that it is written into.
  private struct Move: Sendable, Hashable, Codable {
    var from: Int
    var into: Int
    var rate: Float
    var columns: Range<Int>
  }

  /// A rule for one layer.
  ///
  /// - Throws: ``TrainingError`` for fewer than two arrays, and for other settings without a meaning.
  public init(_ settings: Settings, layer: RuleLayer) throws(TrainingError) {
    guard settings.tiles >= 2, settings.gamma > 0, settings.every > 0, settings.everyGrowth > 0
    else {
      throw TrainingError(
        .badSetting,
        "multi-tile: \(settings.tiles) tiles with gamma \(settings.gamma), one transfer in \(settings.every) "
          + "mini-batches, \(settings.everyGrowth) times rarer at each level; take at least 2 tiles, and the others above 0"
      )
    }
    self.settings = settings
    (planner, known, rows) = (layer.planner, layer.known?.estimate, layer.shape.rows)
    phase = settings.startsWarm ? 0 : settings.tiles - 1
    var every = settings.every
    cycles = (0..<settings.tiles - 1).map { _ in
      defer { every = min(every, 1 << 40) * settings.everyGrowth }
      return ColumnCycle(columns: layer.shape.columns, width: settings.width, every: every)
    }
  }

  /// Crossbar arrays of the layer.
  public var arrays: Int { settings.tiles }

  /// As many pulses on each cell of the next columns of every level as its transfer can fire.
  public var mostTransfer: [ArrayPulses] {
    cycles.enumerated().map { level, cycle in
      ArrayPulses(
        array: level + 1, rows: 0..<rows, columns: cycle.upcoming,
        pattern: .uniform(.up, count: planner.longest))
    }
  }

  /// What a weight of 1 in an array is worth.
  public func worth(of array: Int) -> Float {
    (array..<arrays - 1).reduce(1) { worth, _ in worth * settings.gamma }
  }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing {
    WeightMixing(
      base: arrays - 1,
      terms: (0..<arrays - 1).map { array in
        .init(array: array, worth: worth(of: array), zero: array == 0 ? known : nil)
      })
  }

  /// The pulses for the gradient of a mini-batch.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] {
    planner.pulses(
      for: gradient, rate: settings.fastRate * scale.fast, array: 0, counting: &tally.cycles,
      using: &random)
  }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep {
    guard let answer else {
      due = moves().reversed()
      return next()
    }
    guard let move = awaited else { return next() }
    awaited = nil
    tally.columnReads += move.columns.count
    let values =
      move.from == 0 ? known?.subtracted(from: answer, columns: move.columns) ?? answer : answer
    var transfer = Transfer.stochastic(planner, rate: move.rate)
    let pulses = transfer.pulses(
      values, scale: scale.transfer, writes: [], rows: rows, columns: move.columns,
      array: move.into, using: &random)
    return pulses.isEmpty ? next() : .fire(pulses)
  }

  /// Factors for the step on the finest array, and for those of all transfers.
  public mutating func scaleRates(_ scale: RateScale) { self.scale = scale }

  /// Ends a phase of the warm start when the loss no longer falls.
  ///
  /// In the first phases when the last epoch was worse than the one before, later when two of the last five were.
  public mutating func epochEnded(loss: Double) {
    guard phase < arrays - 1 else { return }
    losses.append(loss)
    let rises = zip(losses, losses.dropFirst()).map { $1 > $0 }
    guard phase <= 3 ? rises.last == true : rises.suffix(5).count(where: { $0 }) >= 2 else {
      return
    }
    phase += 1
    losses = []
  }

  /// The next read.
  private mutating func next() -> TransferStep {
    awaited = due.popLast()
    return awaited.map { .read(array: $0.from, columns: $0.columns) } ?? .done
  }

  /// The transfers that are due, from the finest level on.
  private mutating func moves() -> [Move] {
    guard phase == arrays - 1 else {
      return cycles[0].step().map {
        [Move(from: 0, into: arrays - 1 - phase, rate: settings.transferRate, columns: $0)]
      } ?? []
    }
    var (moves, rate) = ([Move](), settings.transferRate)
    for level in cycles.indices {
      if let columns = cycles[level].step() {
        moves.append(Move(from: level, into: level + 1, rate: rate, columns: columns))
      }
      rate *= settings.transferGrowth
    }
    return moves
  }
}
