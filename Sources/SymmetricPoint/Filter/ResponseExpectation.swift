/// What is expected of the cells of an array before the first pulse: a data sheet, a fit, or a guess.
///
/// It need not be right: spreads are wide, and the cells of the array correct it. In weights.
public struct ResponseExpectation: Sendable, Hashable, Codable {
  /// Mean step at the middle of the window.
  public var step: Double
  /// Weights that cells can have; a tolerance in percent is a part of its length.
  public var window: ClosedRange<Double>
  /// Cycle-to-cycle noise of a pulse, relative to the step.
  public var pulseNoise: Double
  /// Standard deviation of what a write leaves on the visible state until the next pulse.
  public var writeNoise: Double
  /// Whether the noise of a pulse is relative to the step where the cell stands, and not to that at weight 0.
  public var isNoiseMultiplicative: Bool
  /// Spread over the cells: of the step, relative to it.
  public var stepSpread: Double
  /// Spread over the cells: of the slope, relative to step over half the window.
  public var slopeSpread: Double

  /// Describes an expectation.
  public init(
    step: Double, window: ClosedRange<Double>, pulseNoise: Double, writeNoise: Double = 0,
    isNoiseMultiplicative: Bool = false, stepSpread: Double = 0.5, slopeSpread: Double = 0.4
  ) {
    precondition(step > 0 && pulseNoise >= 0 && window.upperBound > window.lowerBound)
    self.step = step
    self.window = window
    self.pulseNoise = pulseNoise
    self.writeNoise = writeNoise
    self.isNoiseMultiplicative = isNoiseMultiplicative
    self.stepSpread = stepSpread
    self.slopeSpread = slopeSpread
  }

  /// The length of the window.
  public var range: Double { window.upperBound - window.lowerBound }

  /// The slope that goes with the step: a step that is nothing at the end of the window.
  var slope: Double { step / (range / 2) }
}
