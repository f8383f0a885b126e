public import ReproducibleNoise

/// Two stages: zero-shifting of the fast array before the training, and then a rule with what was found as its
/// reference.
///
/// Algorithm 4 of arXiv 2602.21321. The second stage is buffered Tiki-Taka as in its figure 4, or residual learning.
public struct TwoStage: UpdateRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// How the symmetric points are found.
    public var preparation = ReferencePreparation()
    /// How the weights learn then.
    public var second = Second.buffered(BufferedTikiTaka.Settings())
    /// The settings of the field.
    public init() {}
  }

  /// How the weights learn with a known reference.
  public enum Second: Sendable, Hashable, Codable {
    /// ``BufferedTikiTaka``.
    case buffered(BufferedTikiTaka.Settings)
    /// ``ResidualLearning``.
    case residual(ResidualLearning.Settings)
  }

  private enum Stage: Sendable, Hashable, Codable {
    case buffered(BufferedTikiTaka)
    case residual(ResidualLearning)
  }

  /// As it was set.
  public let settings: Settings
  private var layer: RuleLayer
  private var stage: Stage

  /// A rule for one layer; one whose reference is known already needs no first stage.
  public init(_ settings: Settings, layer: RuleLayer) {
    (self.settings, self.layer) = (settings, layer)
    stage = Self.stage(settings.second, layer)
  }

  private static func stage(_ second: Second, _ layer: RuleLayer) -> Stage {
    switch second {
    case .buffered(let settings): .buffered(BufferedTikiTaka(settings, layer: layer))
    case .residual(let settings): .residual(ResidualLearning(settings, layer: layer))
    }
  }

  /// What must be found first.
  public var preparation: ReferencePreparation? {
    layer.known == nil ? settings.preparation : nil
  }

  /// Begins the second stage with a reference.
  public mutating func take(_ known: KnownReference) {
    layer.known = known
    stage = Self.stage(settings.second, layer)
  }

  /// Factors for both rates of the second stage.
  public mutating func scaleRates(_ scale: RateScale) {
    switch stage {
    case .buffered(var rule):
      rule.scaleRates(scale)
      stage = .buffered(rule)
    case .residual(var rule):
      rule.scaleRates(scale)
      stage = .residual(rule)
    }
  }

  /// The reference that was found.
  public var known: KnownReference? { layer.known }

  private var rule: any UpdateRule {
    switch stage {
    case .buffered(let rule): rule
    case .residual(let rule): rule
    }
  }

  /// Crossbar arrays of the layer.
  public var arrays: Int { rule.arrays }

  /// The most that one transfer can fire.
  public var mostTransfer: [ArrayPulses] { rule.mostTransfer }

  /// What was counted so far.
  public var tally: RuleTally { rule.tally }

  /// What the rule knows of the symmetric points: what was found, which stays.
  public var reference: (any SymmetricPointTracker)? {
    layer.known.map {
      MovingAverage(
        rows: layer.shape.rows, columns: layer.shape.columns, gain: 0, start: $0)
    }
  }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { rule.mixing }

  /// The pulses for the gradient of a mini-batch.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] {
    switch stage {
    case .buffered(var rule):
      defer { stage = .buffered(rule) }
      return rule.update(gradient, using: &random)
    case .residual(var rule):
      defer { stage = .residual(rule) }
      return rule.update(gradient, using: &random)
    }
  }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep {
    switch stage {
    case .buffered(var rule):
      defer { stage = .buffered(rule) }
      return rule.transfer(answer, using: &random)
    case .residual(var rule):
      defer { stage = .residual(rule) }
      return rule.transfer(answer, using: &random)
    }
  }
}
