// The parameters as data: one table serves files, command-line options, help and the refusal of names
// that a kind does not have.
extension DeviceModel {
  /// A parameter that can be set by its name.
  public struct Field<Value>: Sendable {
    /// The name in files and options.
    public let key: String
    /// The kinds that have it.
    public let kinds: Set<ResponseKind>
    /// Where it is stored.
    public let path: any WritableKeyPath<DeviceModel, Value> & Sendable
  }

  /// The parameters that are numbers.
  public static let numberFields: [Field<Double>] = [
    number("dw_min", \DeviceModel.dwMin, all.subtracting([.softBoundsPmax])),
    number("dw_min_dtod", \DeviceModel.dwMinDtod, all),
    number("dw_min_std", \DeviceModel.dwMinStd, all),
    number("w_max", \DeviceModel.wMax, all.subtracting([.softBoundsPmax])),
    number("w_min", \DeviceModel.wMin, all.subtracting([.softBoundsPmax])),
    number("w_max_dtod", \DeviceModel.wMaxDtod, all),
    number("w_min_dtod", \DeviceModel.wMinDtod, all),
    number("up_down", \DeviceModel.upDown, all.subtracting([.softBoundsPmax])),
    number("up_down_dtod", \DeviceModel.upDownDtod, all),
    number("corrupt_devices_prob", \DeviceModel.corruptDevicesProb, all),
    number("corrupt_devices_range", \DeviceModel.corruptDevicesRange, all),
    number("lifetime", \DeviceModel.lifetime, all),
    number("lifetime_dtod", \DeviceModel.lifetimeDtod, all),
    number("diffusion", \DeviceModel.diffusion, all),
    number("diffusion_dtod", \DeviceModel.diffusionDtod, all),
    number("reset", \DeviceModel.reset, all),
    number("reset_dtod", \DeviceModel.resetDtod, all),
    number("reset_std", \DeviceModel.resetStd, all),
    number("drift_nu", \DeviceModel.driftNu, all),
    number("drift_nu_dtod", \DeviceModel.driftNuDtod, all),
    number("drift_nu_std", \DeviceModel.driftNuStd, all),
    number("drift_offset", \DeviceModel.driftOffset, all),
    number("drift_t0", \DeviceModel.driftT0, all),
    number(
      "write_noise_std", \DeviceModel.writeNoiseStd,
      all.subtracting([.constantStep, .powStepReference])),
    number("gamma_up", \DeviceModel.gammaUp, [.linearStep]),
    number("gamma_down", \DeviceModel.gammaDown, [.linearStep]),
    number("gamma_up_dtod", \DeviceModel.gammaUpDtod, [.linearStep]),
    number("gamma_down_dtod", \DeviceModel.gammaDownDtod, [.linearStep]),
    number(
      "reverse_offset", \DeviceModel.reverseOffset, [.linearStep, .softBounds, .softBoundsPmax]),
    number("p_max", \DeviceModel.pMax, [.softBoundsPmax]),
    number("alpha", \DeviceModel.alpha, [.softBoundsPmax]),
    number("range_min", \DeviceModel.rangeMin, [.softBoundsPmax]),
    number("range_max", \DeviceModel.rangeMax, [.softBoundsPmax]),
    number("slope_up_dtod", \DeviceModel.slopeUpDtod, [.softBoundsReference]),
    number("slope_down_dtod", \DeviceModel.slopeDownDtod, [.softBoundsReference]),
    number(
      "reference_mean", \DeviceModel.referenceMean, [.softBoundsReference, .powStepReference]),
    number("reference_std", \DeviceModel.referenceStd, [.softBoundsReference, .powStepReference]),
    number("A_up", \DeviceModel.expAUp, [.expStep]),
    number("A_down", \DeviceModel.expADown, [.expStep]),
    number("gamma_up", \DeviceModel.expGammaUp, [.expStep]),
    number("gamma_down", \DeviceModel.expGammaDown, [.expStep]),
    number("a", \DeviceModel.expA, [.expStep]),
    number("b", \DeviceModel.expB, [.expStep]),
    number("dw_min_std_add", \DeviceModel.dwMinStdAdd, [.expStep]),
    number("dw_min_std_slope", \DeviceModel.dwMinStdSlope, [.expStep]),
    number("pow_gamma", \DeviceModel.powGamma, [.powStep, .powStepReference]),
    number("pow_gamma_dtod", \DeviceModel.powGammaDtod, [.powStep, .powStepReference]),
    number("pow_up_down", \DeviceModel.powUpDown, [.powStep, .powStepReference]),
    number("pow_up_down_dtod", \DeviceModel.powUpDownDtod, [.powStep, .powStepReference]),
  ]

  /// The parameters that are true or false.
  public static let flagFields: [Field<Bool>] = [
    flag("dw_min_dtod_log_normal", \DeviceModel.dwMinDtodLogNormal, all),
    flag("enforce_consistency", \DeviceModel.enforceConsistency, all),
    flag("perfect_bias", \DeviceModel.perfectBias, all),
    flag("allow_increasing", \DeviceModel.allowIncreasing, [.linearStep]),
    flag("mean_bound_reference", \DeviceModel.meanBoundReference, [.linearStep]),
    flag(
      "mult_noise", \DeviceModel.multNoise,
      [.linearStep, .softBounds, .softBoundsPmax, .softBoundsReference]),
    flag("reverse_up", \DeviceModel.reverseUp, [.linearStep, .softBounds, .softBoundsPmax]),
    flag("reverse_down", \DeviceModel.reverseDown, [.linearStep, .softBounds, .softBoundsPmax]),
    flag(
      "subtract_symmetry_point", \DeviceModel.subtractSymmetryPoint,
      [
        .softBoundsReference,
        .powStepReference,
      ]),
  ]

  /// The parameters that are tables.
  public static let tableFields: [Field<[Double]>] = [
    Field(key: "piecewise_up", kinds: [.piecewiseStep], path: \DeviceModel.piecewiseUp),
    Field(key: "piecewise_down", kinds: [.piecewiseStep], path: \DeviceModel.piecewiseDown),
  ]

  /// The names of all parameters that a kind has, in the order of the tables.
  public static func keys(of kind: ResponseKind) -> [String] {
    numberFields.filter { $0.kinds.contains(kind) }.map(\.key)
      + flagFields.filter { $0.kinds.contains(kind) }.map(\.key)
      + tableFields.filter { $0.kinds.contains(kind) }.map(\.key)
  }

  private static let all = Set(ResponseKind.allCases)

  private static func number(
    _ key: String, _ path: any WritableKeyPath<DeviceModel, Double> & Sendable,
    _ kinds: Set<ResponseKind>
  ) -> Field<Double> {
    Field(key: key, kinds: kinds, path: path)
  }

  private static func flag(
    _ key: String, _ path: any WritableKeyPath<DeviceModel, Bool> & Sendable,
    _ kinds: Set<ResponseKind>
  ) -> Field<Bool> {
    Field(key: key, kinds: kinds, path: path)
  }
}
