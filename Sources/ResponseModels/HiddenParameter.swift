/// The hidden parameters of a cell, by the names that aihwkit exports them under.
public enum HiddenParameter: String, Sendable, Hashable, CaseIterable, Codable {
  case maxBound = "max_bound"
  case minBound = "min_bound"
  case dwminUp = "dwmin_up"
  case dwminDown = "dwmin_down"
  case decayScales = "decay_scales"
  case diffusionRates = "diffusion_rates"
  case resetBias = "reset_bias"
  case driftNu = "drift_nu"
  case slopeUp = "slope_up"
  case slopeDown = "slope_down"
  case gammaUp = "gamma_up"
  case gammaDown = "gamma_down"
  case reference = "reference"

  /// The parameters that cells of a kind have.
  public static func of(_ kind: ResponseKind) -> [HiddenParameter] {
    let common: [HiddenParameter] = [
      .maxBound, .minBound, .dwminUp, .dwminDown, .decayScales, .diffusionRates, .resetBias,
      .driftNu,
    ]
    switch kind {
    case .constantStep, .expStep, .piecewiseStep: return common
    case .linearStep, .softBounds, .softBoundsPmax: return common + [.slopeUp, .slopeDown]
    case .softBoundsReference: return common + [.reference]
    case .powStep: return common + [.gammaUp, .gammaDown]
    case .powStepReference: return common + [.gammaUp, .gammaDown, .reference]
    }
  }

  /// Where a ``Cell`` keeps it.
  var path: any WritableKeyPath<Cell, Double> & Sendable {
    switch self {
    case .maxBound: \.maxBound
    case .minBound: \.minBound
    case .dwminUp: \.dwminUp
    case .dwminDown: \.dwminDown
    case .decayScales: \.decayScale
    case .diffusionRates: \.diffusionRate
    case .resetBias: \.resetBias
    case .driftNu: \.driftNu
    case .slopeUp: \.slopeUp
    case .slopeDown: \.slopeDown
    case .gammaUp: \.gammaUp
    case .gammaDown: \.gammaDown
    case .reference: \.reference
    }
  }
}
