public import ReproducibleNoise

/// Stochastic gradient descent with the pulses of one array, which is the weight.
///
/// Equation 2 of arXiv 2502.06309. Up and down pulses that differ pull the weights towards their symmetric points.
public struct AnalogSGD: UpdateRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The learning rate: .05 for MNIST in arXiv 2502.06309, section 5.
    public var rate: Float = 0.05
    /// The published settings.
    public init() {}
  }

  /// As it was set.
  public let settings: Settings
  private let planner: BitLinePlanner
  private var scale = RateScale()

  /// What was counted so far.
  public private(set) var tally = RuleTally()

  /// A rule for one layer.
  public init(_ settings: Settings, planner: BitLinePlanner) {
    (self.settings, self.planner) = (settings, planner)
  }

  /// Crossbar arrays of the layer.
  public var arrays: Int { 1 }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { WeightMixing(base: 0) }

  /// The pulses for the gradient of a mini-batch.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] {
    planner.pulses(
      for: gradient, rate: settings.rate * scale.fast, array: 0, counting: &tally.cycles,
      using: &random)
  }

  /// A factor for the learning rate; there are no transfers.
  public mutating func scaleRates(_ scale: RateScale) { self.scale = scale }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep { .done }
}
