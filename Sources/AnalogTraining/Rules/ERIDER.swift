import DeviceContract
public import ReproducibleNoise

/// E-RIDER: RIDER with a chopper, and a reference that is programmed from the moving average whenever the sign of a
/// column turns over.
///
/// Algorithm 3 of arXiv 2602.21321, column by column and through a buffer as in its experiments. Without a chopper
/// it is RIDER: no flip ever programs a reference, and the average itself is used.
public struct ERIDER: FastArrayRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: .5 for a fully connected network in Table 5 of arXiv 2602.21321.
    public var fastRate: Float = 0.5
    /// The probability that the sign of a column turns over at a visit: .05 there.
    public var chopProbability = 0.05
    /// Whether it turns over by chance: `in_chop_random`.
    public var isRandom = false
    /// The gain of the average is this over the visits of a half-period: `tail_weightening`.
    public var tailWeightening: Float = 5
    /// The part of the fast array in the weights: .1 there.
    public var gamma: Float = 0.1
    /// How the slow array is written: rate .05 and automatic granularity 1000 there.
    public var writing = RIDER.Writing.buffered(
      BufferSettings(transferRate: 0.05, autoGranularity: 1000))
    /// Columns of one transfer; only where writing is not buffered.
    public var width = 1
    /// The gain of the average, instead of what follows from the half-period.
    public var gain: Float?
    /// A Kalman filter instead of the average; nil for the average.
    public var kalman: KalmanTracker.Settings?
    /// Rounds in which each new reference is programmed into an array of its own; 0 for a reference in digital numbers.
    public var referenceRounds = 0
    /// The published settings.
    public init() {}
  }

  /// As it was set.
  public let settings: Settings
  /// The arrays, the chopper and the buffer.
  public var parts: FastArray
  private var watch: TrackerWatch<ChoppedAverage>
  private let isWatched: Bool
  private var held: ReferenceArray?

  /// A rule for one layer.
  public init(_ settings: Settings, layer: RuleLayer) throws(TrainingError) {
    try self.init(settings, layer: layer, averaging: nil)
  }

  /// A rule for one layer whose reference is averaged in its own way.
  init(
    _ settings: Settings, layer: RuleLayer, averaging kind: ChoppedAverage.Kind?
  ) throws(TrainingError) {
    self.settings = settings
    let columns = layer.shape.columns
    let chopper = Chopper(
      columns: columns, probability: settings.chopProbability, isRandom: settings.isRandom)
    let gain = settings.gain ?? chopper.gain(tailWeightening: settings.tailWeightening)
    if settings.chopProbability == 0 {
      var rider = RIDER.Settings()
      (rider.gain, rider.writing) = (gain, settings.writing)
      _ = try RIDER(rider, layer: layer)
    }
    parts = FastArray(
      layer: layer, rate: settings.fastRate,
      cycle: settings.writing.cycle(of: layer, width: settings.width), chopper: chopper,
      transfer: settings.writing.transfer(of: layer))
    watch = layer.watched(
      ChoppedAverage(
        rows: layer.shape.rows, columns: columns,
        kind: kind ?? settings.kalman.map { .kalman($0) } ?? .exponential(gain: gain),
        start: layer.known ?? (chopper.probability > 0 ? nil : .zero(layer.shape))))
    isWatched = layer.watch != nil
    held =
      settings.referenceRounds > 0
      ? ReferenceArray(rounds: settings.referenceRounds, layer: layer) : nil
  }

  /// A fast and a slow one, and one that holds the reference.
  public var arrays: Int { held == nil ? 2 : 3 }

  /// The slow one.
  public var programmed: Int? { FastArray.slow }

  /// Those of a transfer, and those that program the reference of as many columns.
  public var mostTransfer: [ArrayPulses] {
    guard let held else { return parts.mostTransfer }
    return parts.mostTransfer + [
      ArrayPulses(
        array: ReferenceArray.index, rows: 0..<parts.rows, columns: parts.cycle.upcoming,
        pattern: .uniform(.up, count: held.mostPulses), cause: .track)
    ]
  }

  /// The visit after the first flip of a column: until then it has no reference of its own.
  public var firstWrite: Int { parts.firstWriteAfterAFlip }

  /// What the rule knows of the symmetric points.
  public var reference: (any SymmetricPointTracker)? { watch }

  /// What the watch has told.
  public var alarms: [DriftAlarm] { watch.alarms }

  /// A check at the end of an epoch, where the reference is watched.
  public mutating func epochEnded(loss: Double) { if isWatched { watch.check() } }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing {
    let isChopped = settings.chopProbability > 0
    return FastArray.mixing(
      gamma: settings.gamma, zero: isChopped ? watch.inUse : watch.running,
      signs: isChopped ? parts.chopper.signs : nil)
  }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep {
    if let step = program(answer ?? []) { return step }
    switch parts.visit(answer) {
    case .step(let step): return step
    case .found(let values, let columns):
      let signs = parts.chopper.signs
      let isChopped = parts.chopper.probability > 0
      // Until a column has a reference of its own, its buffer fires nothing.
      let writes = isChopped ? columns.map { watch.tracker.isLatched[$0] } : nil
      let residual =
        isChopped
        ? watch.residual(values, columns: columns, signs: signs)
        : watch.residual(values, columns: columns, of: { $0.running })
      watch.observe(values, columns: columns, signs: signs)
      for column in columns where parts.chopper.visit(column, using: &random) {
        // At the flip itself: the next forward pass sees the new reference with the new sign.
        watch.unlessFrozen {
          $0.latch(column)
          held?.add(column)
        }
        parts.tally.flips += 1
        parts.tally.latches += 1
      }
      let step = parts.write(residual, writes: writes, columns: columns, using: &random)
      if case .done = step { return program([]) ?? .done }
      return step
    }
  }

  /// Programs the columns whose reference has changed; nil where there are none.
  private mutating func program(_ answer: [Float]) -> TransferStep? {
    var answer = answer
    while let column = held?.column {
      let target = (0..<parts.rows).map { watch.tracker.inUse[$0, column] }
      switch held?.next(answer, toward: target) {
      case .step(let step): return step
      case .reached(let column, let values):
        watch.unlessFrozen { $0.hold(values, column: column) }
        answer = []
        if held?.column == nil { return .done }
      case nil: return nil
      }
    }
    return nil
  }
}
