/// What a measured pulse curve says about the response function of its cell.
///
/// The unit of the fit is that of the curve for weights; for conductances it is a normalised weight
/// in which the measured window is [-1, 1] (``scale`` leads back to siemens).
///
/// Values are those of the chosen shape. The intervals of the quantities that all shapes have are
/// wide enough for the other closed forms that the data do not rule out; those of ``candidates``
/// are for each shape alone.
public struct ResponseFit: Sendable, Hashable, Codable {
  /// How the unit of the fit follows from the unit of the curve.
  public struct Scale: Sendable, Hashable, Codable {
    /// What the curve measures.
    public let quantity: PulseCurve.Quantity
    /// The state of the curve at fit unit 0.
    public let offset: Double
    /// The width in the unit of the curve of one unit of the fit.
    public let unit: Double

    /// The state in the unit of the curve, for a state in the unit of the fit.
    public func original(_ weight: Double) -> Double { offset + unit * weight }
  }

  /// The name of the file or device that the curve came from.
  public let source: String
  /// The low end of the measured window, in the unit of the fit.
  public let low: Double
  /// The high end of the measured window, in the unit of the fit.
  public let high: Double
  /// The way back to the unit of the curve.
  public let scale: Scale
  /// The number of states after up pulses.
  public let upCount: Int
  /// The number of states after down pulses.
  public let downCount: Int
  /// The shapes tried, in order of growing freedom; empty if no direction has enough states.
  public let candidates: [ResponseCandidate]
  /// The shape chosen, or nil if there is none.
  public let chosenShape: ResponseShape?
  /// The state at which the mean up step and the mean down step are equal.
  public let symmetricPoint: FitOutcome
  /// The mean size of the up and the down step at ``granularityPoint`` (dw_min).
  ///
  /// If one direction only has enough states, the step of that direction.
  public let granularity: FitOutcome
  /// The state at which ``granularity`` is taken: 0, or the middle of the window if 0 lies outside.
  public let granularityPoint: Double
  /// The standard deviation of the noise of a single step (cycle-to-cycle noise).
  public let stepNoise: FitOutcome
  /// ``stepNoise`` relative to ``granularity`` (dw_min_std).
  public let relativeStepNoise: FitOutcome
  /// The standard deviation of the noise that is drawn anew at each state (read and write noise).
  public let observationNoise: FitOutcome
  /// ``observationNoise`` relative to ``granularity`` (write_noise_std).
  public let relativeObservationNoise: FitOutcome
  /// The standard deviation of observation noise that lasts over several pulses; nil if none shows.
  public let correlatedNoise: Estimate?
  /// The number of pulses over which ``correlatedNoise`` falls to 1/e; nil if none shows.
  public let correlationLength: Estimate?
  /// The mean step over the measured states of the up branches, positive upwards.
  public let meanUpStep: FitOutcome
  /// The mean step over the measured states of the down branches, positive downwards.
  public let meanDownStep: FitOutcome
  /// The number of bootstrap replicates behind the intervals.
  public let replicates: Int
  /// The seed of the bootstrap.
  public let seed: UInt64

  /// The chosen candidate.
  public var chosen: ResponseCandidate? { candidates.first { $0.shape == chosenShape } }

  /// The mean size of an up step at a state, by the chosen shape; nil if there is none.
  public func upStep(at weight: Double) -> Double? { chosen?.up?.step(at: weight) }

  /// The mean size of a down step at a state, by the chosen shape; nil if there is none.
  public func downStep(at weight: Double) -> Double? { chosen?.down?.step(at: weight) }

  /// Every quantity that the data do not determine.
  public var notEnoughData: [NotEnoughData] {
    [
      symmetricPoint, granularity, stepNoise, relativeStepNoise, observationNoise,
      relativeObservationNoise, meanUpStep, meanDownStep,
    ].compactMap {
      if case .notEnoughData(let quantity, let reason) = $0 {
        NotEnoughData(quantity: quantity, reason: reason)
      } else {
        nil
      }
    }
  }
}
