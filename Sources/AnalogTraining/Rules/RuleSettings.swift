/// The update rules that there are, by their names in the field, each with its settings.
public enum RuleSettings: Sendable, Hashable, Codable {
  /// Stochastic gradient descent in digital numbers: the baseline.
  case digital(DigitalSGD.Settings)
  /// ``AnalogSGD``.
  case analogSGD(AnalogSGD.Settings)
  /// ``TikiTaka``.
  case tikiTaka(TikiTaka.Settings)
  /// ``BufferedTikiTaka``.
  case bufferedTikiTaka(BufferedTikiTaka.Settings)
  /// ``ChoppedTikiTaka``.
  case choppedTikiTaka(ChoppedTikiTaka.Settings)
  /// ``AGAD``.
  case agad(AGAD.Settings)
  /// ``ResidualLearning``.
  case residual(ResidualLearning.Settings)
  /// ``BufferedResidualLearning``.
  case bufferedResidual(BufferedResidualLearning.Settings)
  /// ``RIDER``.
  case rider(RIDER.Settings)
  /// ``ERIDER``.
  case erider(ERIDER.Settings)
  /// ``HalfPeriodERIDER``.
  case halfPeriodERIDER(HalfPeriodERIDER.Settings)
  /// ``TwoStage``.
  case twoStage(TwoStage.Settings)
  /// ``MultiTileResidualLearning``.
  case multiTile(MultiTileResidualLearning.Settings)

  /// The name on the command line.
  public var name: String {
    switch self {
    case .digital: "digital"
    case .analogSGD: "sgd"
    case .tikiTaka: "tt-v1"
    case .bufferedTikiTaka: "tt-v2"
    case .choppedTikiTaka: "c-tt-v2"
    case .agad: "agad"
    case .residual: "rl"
    case .bufferedResidual: "rl-v2"
    case .rider: "rider"
    case .erider: "e-rider"
    case .halfPeriodERIDER: "e-rider-hp"
    case .twoStage: "two-stage"
    case .multiTile: "multi-tile"
    }
  }

  /// A rule for one layer.
  ///
  /// - Throws: ``TrainingError`` where the settings make a rule that cannot learn.
  public func rule(for layer: RuleLayer, initial: Matrix) throws(TrainingError) -> any UpdateRule {
    switch self {
    case .digital(let settings): DigitalSGD(settings, initial: initial)
    case .analogSGD(let settings): AnalogSGD(settings, planner: layer.planner)
    case .tikiTaka(let settings): TikiTaka(settings, layer: layer)
    case .bufferedTikiTaka(let settings): BufferedTikiTaka(settings, layer: layer)
    case .choppedTikiTaka(let settings): ChoppedTikiTaka(settings, layer: layer)
    case .agad(let settings): try AGAD(settings, layer: layer)
    case .residual(let settings): ResidualLearning(settings, layer: layer)
    case .bufferedResidual(let settings): try BufferedResidualLearning(settings, layer: layer)
    case .rider(let settings): try RIDER(settings, layer: layer)
    case .erider(let settings): try ERIDER(settings, layer: layer)
    case .halfPeriodERIDER(let settings): try HalfPeriodERIDER(settings, layer: layer)
    case .twoStage(let settings): TwoStage(settings, layer: layer)
    case .multiTile(let settings): try MultiTileResidualLearning(settings, layer: layer)
    }
  }
}
