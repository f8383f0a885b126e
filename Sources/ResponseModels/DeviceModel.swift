import Foundation

/// The parameters of a kind of device: a response function, how cells differ, and how they are noisy.
///
/// Weights are normalised conductance, dimensionless. Parameters named `...Dtod` are device-to-device
/// spreads, drawn once a cell; the names in files and their meaning are those of aihwkit
/// (``DeviceModel/numberFields`` lists them). Values that a kind does not have are ignored by it and
/// refused in files.
public struct DeviceModel: Sendable, Hashable {
  /// The response function.
  public let kind: ResponseKind

  // MARK: Every kind

  /// Mean step of a pulse at weight 0: the granularity of the response.
  public var dwMin = 0.001
  /// Relative spread of the step over cells.
  public var dwMinDtod = 0.3
  /// Whether the spread of the step is log-normal.
  public var dwMinDtodLogNormal = false
  /// Cycle-to-cycle noise of a step, relative to the step.
  public var dwMinStd = 0.3
  /// Mean upper bound.
  public var wMax = 0.6
  /// Mean lower bound; not above 0.
  public var wMin = -0.6
  /// Relative spread of the upper bound.
  public var wMaxDtod = 0.3
  /// Relative spread of the lower bound.
  public var wMinDtod = 0.3
  /// Asymmetry of up and down steps: positive makes down steps smaller, negative up steps.
  public var upDown = 0.0
  /// Spread of the asymmetry.
  public var upDownDtod = 0.01
  /// Whether cells drawn with the wrong sign of step or bound are turned round.
  public var enforceConsistency = true
  /// Whether the last column has ideal cells.
  public var perfectBias = false
  /// Share of cells that are stuck.
  public var corruptDevicesProb = 0.0
  /// Stuck cells hold a value within this distance of 0.
  public var corruptDevicesRange = 0.1
  /// Decay time in calls of decay; 0 for none.
  public var lifetime = 0.0
  /// Relative spread of the decay time.
  public var lifetimeDtod = 0.0
  /// Random walk a call of diffusion; 0 for none.
  public var diffusion = 0.0
  /// Relative spread of the random walk.
  public var diffusionDtod = 0.0
  /// Mean state after a reset, and the state that decay leads to.
  public var reset = 0.0
  /// Spread of that state over cells.
  public var resetDtod = 0.0
  /// Noise of a reset.
  public var resetStd = 0.01
  /// Noise on the visible weight, drawn anew at each pulse, relative to ``dwMin``.
  public var writeNoiseStd = 0.0
  /// Exponent of the conductance drift; 0 for none.
  public var driftNu = 0.0
  /// Relative spread of the drift exponent over cells.
  public var driftNuDtod = 0.0
  /// Relative noise of the drift exponent from call to call.
  public var driftNuStd = 0.0
  /// Weight that drift leads to.
  public var driftOffset = 0.0
  /// Time in seconds from which drift counts.
  public var driftT0 = 1.0

  // MARK: LinearStep, SoftBounds, SoftBoundsReference

  /// Relative decrease of the up step at the upper bound.
  public var gammaUp = 0.0
  /// Relative decrease of the down step at the lower bound.
  public var gammaDown = 0.0
  /// Spread of ``gammaUp``.
  public var gammaUpDtod = 0.05
  /// Spread of ``gammaDown``.
  public var gammaDownDtod = 0.05
  /// Whether the spread may turn a decrease into an increase.
  public var allowIncreasing = false
  /// Whether gamma refers to the mean bounds and not to the cell's own.
  public var meanBoundReference = true
  /// Whether cycle-to-cycle noise scales with the step at hand, and not with the step at weight 0.
  public var multNoise = true
  /// Whether the up step grows towards the upper bound.
  public var reverseUp = false
  /// Whether the down step grows towards the lower bound.
  public var reverseDown = false
  /// Distance kept from the opposite bound where a response is reversed.
  public var reverseOffset = 0.01

  // MARK: SoftBoundsPmax

  /// Pulses from the lowest to the highest weight of the range.
  public var pMax = 1000.0
  /// Decrease of the step from pulse to pulse.
  public var alpha = 0.0005
  /// Lowest weight of the range.
  public var rangeMin = -1.0
  /// Highest weight of the range.
  public var rangeMax = 1.0

  // MARK: SoftBoundsReference, PowStepReference

  /// Spread of the slope of the up response.
  public var slopeUpDtod = 0.0
  /// Spread of the slope of the down response.
  public var slopeDownDtod = 0.0
  /// Mean of the reference state.
  public var referenceMean = 0.0
  /// Spread of the reference state.
  public var referenceStd = 0.0
  /// Whether the cell's true symmetric point is added to its reference.
  public var subtractSymmetryPoint = false

  // MARK: ExpStep

  /// Amplitude of the exponential of the up response.
  public var expAUp = 0.00081
  /// Amplitude of the exponential of the down response.
  public var expADown = 0.36833
  /// Exponent of the up response.
  public var expGammaUp = 12.44625
  /// Exponent of the down response.
  public var expGammaDown = 12.78785
  /// Scale from weight to the argument of the exponential.
  public var expA = 0.244
  /// Offset of the argument of the exponential.
  public var expB = 0.2425
  /// Constant part of the step noise.
  public var dwMinStdAdd = 0.0
  /// Part of the step noise that grows with the weight.
  public var dwMinStdSlope = 0.0

  // MARK: PowStep, PowStepReference

  /// Exponent of the distance to the bound.
  public var powGamma = 1.0
  /// Relative spread of the exponent.
  public var powGammaDtod = 0.1
  /// Asymmetry of the exponents.
  public var powUpDown = 0.0
  /// Spread of the asymmetry.
  public var powUpDownDtod = 0.0

  // MARK: PiecewiseStep

  /// Up step relative to ``dwMin`` at nodes equally spaced from the lower to the upper bound.
  public var piecewiseUp = [1.0]
  /// Down step relative to ``dwMin`` at nodes equally spaced from the lower to the upper bound.
  public var piecewiseDown = [1.0]

  /// A device of one kind with the field's default parameters.
  public init(_ kind: ResponseKind) {
    self.kind = kind
    switch kind {
    case .softBounds, .softBoundsPmax:
      (gammaUp, gammaDown, gammaUpDtod, gammaDownDtod) = (1, 1, 0, 0)
      meanBoundReference = false
    case .softBoundsReference: multNoise = false
    default: break
    }
  }

  /// The same device with its derived parameters filled in: ``ResponseKind/softBoundsPmax`` counts its
  /// step and bounds from the pulses over its range.
  public var resolved: DeviceModel {
    guard kind == .softBoundsPmax else { return self }
    var model = self
    let span = (rangeMax - rangeMin) / -expm1(-pMax * alpha)
    model.wMin = rangeMin
    model.wMax = rangeMin + span
    model.dwMin = span * alpha
    model.upDown = 1 + 2 * rangeMin / span
    return model
  }

  /// The mean step at weight 0, which counts states and sets the length of pulse trains.
  ///
  /// For the exponential response it is the down step, as the presets of the field were tuned with.
  public var granularity: Double {
    switch kind {
    case .expStep: step(.down, at: 0, of: meanCell)
    case .powStep, .powStepReference: dwMin * pow(0.5, powGamma)
    default: resolved.dwMin
    }
  }

  /// The number of states between the mean bounds.
  public var states: Double { (resolved.wMax - resolved.wMin) / granularity }
}
