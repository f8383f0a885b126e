public import ReproducibleNoise

/// Stochastic gradient descent on digital numbers: what a network reaches without any device.
public struct DigitalSGD: UpdateRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The learning rate.
    public var rate: Float = 0.5
    /// A rate that suits the digits.
    public init() {}
  }

  /// As it was set.
  public let settings: Settings
  private var layer: DigitalLayer
  private var scale = RateScale()

  /// A rule for one layer, at its initial weights.
  public init(_ settings: Settings, initial: Matrix) {
    (self.settings, layer) = (settings, DigitalLayer(weights: initial))
  }

  /// Crossbar arrays of the layer.
  public var arrays: Int { 0 }

  /// The array that the initial weights go into.
  public var programmed: Int? { nil }

  /// What was counted so far.
  public var tally: RuleTally { RuleTally() }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { WeightMixing(digital: layer.weights) }

  /// The pulses for the gradient of a mini-batch.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] {
    switch gradient {
    case .outerProducts(let gradient): layer.update(gradient, rate: settings.rate * scale.fast)
    case .elements(let gradient):
      for place in gradient.values.indices {
        layer.weights.values[place] -= settings.rate * scale.fast * gradient.values[place]
      }
    }
    return []
  }

  /// A factor for the learning rate; there are no transfers.
  public mutating func scaleRates(_ scale: RateScale) { self.scale = scale }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep { .done }
}
