/// The hidden parameters of one cell: what device-to-device spread made of the model.
public struct Cell: Sendable, Hashable {
  /// Upper bound of the state.
  public var maxBound = 1.0
  /// Lower bound of the state.
  public var minBound = -1.0
  /// Up step at weight 0.
  public var dwminUp = 0.001
  /// Down step at weight 0.
  public var dwminDown = 0.001
  /// Change of the up step with the weight (LinearStep, SoftBounds): up step = slopeUp w + dwminUp.
  public var slopeUp = 0.0
  /// Change of the down step with the weight: down step = slopeDown w + dwminDown.
  public var slopeDown = 0.0
  /// Exponent of the up response (PowStep).
  public var gammaUp = 1.0
  /// Exponent of the down response (PowStep).
  public var gammaDown = 1.0
  /// State of the reference cell: the weight is the state less the reference.
  public var reference = 0.0
  /// Share of the distance to ``resetBias`` that one call of decay leaves.
  public var decayScale = 1.0
  /// Random walk a call of diffusion.
  public var diffusionRate = 0.0
  /// State after a reset, and the state that decay leads to.
  public var resetBias = 0.0
  /// Exponent of the conductance drift.
  public var driftNu = 0.0

  /// A cell without spread and with bounds of -1 and 1.
  public init() {}

  /// Whether the cell holds one state for ever.
  public var isStuck: Bool { minBound == maxBound || (dwminUp == 0 && dwminDown == 0) }

  /// The nearest state between the bounds.
  public func clipped(_ state: Double) -> Double { max(minBound, min(maxBound, state)) }
}
