public import ReproducibleNoise

/// RIDER: residual learning whose reference is the moving average of the fast array itself.
///
/// Algorithm 2 of arXiv 2602.21321. Without a chopper nothing drives the average to the symmetric points: it rests
/// wherever the pull towards them and a steady gradient balance, so that it is no calibration, and an average that
/// is fast takes the gradient away before the buffer can fire.
public struct RIDER: FastArrayRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: .5 for a fully connected network in Table 5 of arXiv 2602.21321.
    public var fastRate: Float = 0.5
    /// The weight of a new read in the average, eta; 0 for the reference that is known, which makes it two-stage.
    public var gain: Float = 0.01
    /// The part of the fast array in the weights: .1 in that table.
    public var gamma: Float = 0.1
    /// How the slow array is written.
    public var writing = Writing.buffered(
      BufferSettings(transferRate: 0.05, autoGranularity: 1000))
    /// Columns of one transfer; only where writing is not buffered.
    public var width = 1
    /// The settings of that table, with a gain at which a buffer can fire.
    public init() {}
  }

  /// How the slow array is written.
  public enum Writing: Sendable, Hashable, Codable {
    /// Through a buffer, as in the experiments of the paper.
    case buffered(BufferSettings)
    /// With pulses whose mean is the step, as in its algorithms.
    case stochastic(rate: Float)
  }

  /// As it was set.
  public let settings: Settings
  /// The arrays, the chopper and the buffer.
  public var parts: FastArray
  private var watch: TrackerWatch<MovingAverage>
  private let isWatched: Bool

  /// A rule for one layer.
  ///
  /// - Throws: ``TrainingError`` where the buffer could never fire.
  public init(_ settings: Settings, layer: RuleLayer) throws(TrainingError) {
    self.settings = settings
    guard settings.gain > 0 || layer.known != nil else {
      throw TrainingError(
        .cannotFire,
        "rider: with a gain of 0 nothing would ever be known of the symmetric points, so that the weights would "
          + "never be written; take a gain above 0, or a reference from a calibration")
    }
    if settings.gain > 0, case .buffered(let buffer) = settings.writing {
      // The sum of P - Q over all visits is (Q_end - Q_start) / gain, and Q stays within the range.
      let most = buffer.rate(of: layer) * layer.range / settings.gain
      guard most >= 1 else {
        throw TrainingError(
          .cannotFire,
          "rider: with a moving average of gain \(settings.gain) and no chopper the buffer never holds more "
            + "than \(most) of a pulse, so that the weights would never be written; take a gain below "
            + "\(settings.gain * most), a higher transfer rate, or e-rider with a chopper")
      }
    }
    parts = FastArray(
      layer: layer, rate: settings.fastRate,
      cycle: settings.writing.cycle(of: layer, width: settings.width),
      transfer: settings.writing.transfer(of: layer))
    watch = layer.watched(
      MovingAverage(
        rows: layer.shape.rows, columns: layer.shape.columns, gain: settings.gain,
        start: layer.known ?? .zero(layer.shape)))
    isWatched = layer.watch != nil
  }

  /// What the rule knows of the symmetric points.
  public var reference: (any SymmetricPointTracker)? { watch }

  /// What the watch has told.
  public var alarms: [DriftAlarm] { watch.alarms }

  /// A check at the end of an epoch, where the reference is watched.
  public mutating func epochEnded(loss: Double) { if isWatched { watch.check() } }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing {
    FastArray.mixing(gamma: settings.gamma, zero: watch.estimate)
  }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep {
    switch parts.visit(answer) {
    case .step(let step): return step
    case .found(let values, let columns):
      // Line 5 takes the old average and the new read.
      let residual = watch.residual(values, columns: columns, of: { $0 })
      watch.observe(values, columns: columns, signs: parts.chopper.signs)
      return parts.write(residual, columns: columns, using: &random)
    }
  }
}

extension RIDER.Writing {
  func cycle(of layer: RuleLayer, width: Int) -> ColumnCycle {
    switch self {
    case .buffered(let buffer): buffer.cycle(of: layer)
    case .stochastic: ColumnCycle(columns: layer.shape.columns, width: width)
    }
  }

  func transfer(of layer: RuleLayer) -> Transfer {
    switch self {
    case .buffered(let buffer): buffer.transfer(of: layer)
    case .stochastic(let rate): .stochastic(layer.planner, rate: rate)
    }
  }
}

extension MovingAverage {
  /// What was read beyond the average; 0 in columns of which nothing is known yet.
  func residual(_ values: [Float], columns: Range<Int>) -> [Float] {
    values.enumerated().map { place, value in
      let column = columns.lowerBound + place % columns.count
      return knows(column) ? value - estimate[place / columns.count, column] : 0
    }
  }
}

extension TrackerWatch {
  /// What was read beyond an average; while frozen beyond the reference that was accepted last.
  func residual(
    _ values: [Float], columns: Range<Int>, of average: (Tracker) -> MovingAverage
  ) -> [Float] {
    isFrozen
      ? estimate.subtracted(from: values, columns: columns)
      : average(tracker).residual(values, columns: columns)
  }
}
