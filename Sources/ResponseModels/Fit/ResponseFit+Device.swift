import PhysicalUnits

// A device around a fit. The curve of one cell says nothing of how cells differ: the spreads are those
// that the field uses for ReRAM of this kind (aihwkit's ReRamES preset), unless the caller sets others.
extension ResponseFit {
  /// Nodes of the table that stands for a response without closed form.
  private static let nodes = 33

  /// Whether enough is known for a device: both responses, their step and their crossing.
  public var describesADevice: Bool {
    guard case .determined = symmetricPoint, case .determined = granularity else { return false }
    return chosen?.up != nil && chosen?.down != nil
  }

  /// The device that was fitted, with the usual spreads around it.
  ///
  /// A linear and an exponential response become the device of that kind. A power law and a table become
  /// a table over the measured window, because the bounds of a power law are rarely determined.
  ///
  /// - Returns: nil unless ``describesADevice``.
  public func device(name: String) -> DeviceDescription? {
    guard describesADevice, let chosen else { return nil }
    var model: DeviceModel
    switch chosen.shape {
    case .linear: model = linear(chosen) ?? table
    case .exponential: model = exponential(chosen) ?? table
    case .power, .piecewise: model = table
    }
    (model.dwMinDtod, model.upDownDtod) = (0.2, 0.05)
    (model.wMaxDtod, model.wMinDtod) = (0.3, 0.3)
    setNoise(of: &model)
    var device = DeviceDescription(
      name: name, model: model,
      origin: "fit of \(source): \(chosen.shape.rawValue) response, \(upCount) up and "
        + "\(downCount) down states; spreads over cells are assumed")
    if scale.quantity == .siemens {
      device.conductanceAtZero = .init(scale.offset)
      device.conductancePerUnit = .init(scale.unit)
    }
    return device
  }

  /// The bounds of the window; a device needs 0 between its bounds.
  private var bounds: (low: Double, high: Double) { (min(low, 0), max(high, 0)) }

  private var table: DeviceModel {
    var model = DeviceModel(.piecewiseStep)
    let (low, high) = bounds
    (model.wMin, model.wMax) = (low, high)
    let places = (0..<Self.nodes).map {
      low + (high - low) * Double($0) / Double(Self.nodes - 1)
    }
    model.dwMin = granularity.estimate?.value ?? 1
    (model.upDown, model.upDownDtod) = (0, 0)
    model.piecewiseUp = places.map { max(0, upStep(at: $0) ?? 0) / model.dwMin }
    model.piecewiseDown = places.map { max(0, downStep(at: $0) ?? 0) / model.dwMin }
    return model
  }

  private func linear(_ candidate: ResponseCandidate) -> DeviceModel? {
    guard let up = candidate["aUp"], let down = candidate["aDown"],
      let upSlope = candidate["sUp"], let downSlope = candidate["sDown"],
      up > 0, down > 0
    else { return nil }
    var model = DeviceModel(.linearStep)
    // A step that falls to 0 gives the bound, but not one nearer than what was measured.
    model.wMax = upSlope > 0 ? max(up / upSlope, bounds.high) : bounds.high
    model.wMin = downSlope > 0 ? min(-down / downSlope, bounds.low) : bounds.low
    guard model.wMax > 0, model.wMin < 0 else { return nil }
    setSteps(of: &model, up: up, down: down)
    (model.gammaUp, model.gammaDown) = (upSlope * model.wMax / up, -downSlope * model.wMin / down)
    (model.gammaUpDtod, model.gammaDownDtod) = (0, 0)
    (model.allowIncreasing, model.multNoise) = (true, false)
    return model
  }

  private func exponential(_ candidate: ResponseCandidate) -> DeviceModel? {
    guard let up = candidate["c0Up"], let down = candidate["c0Down"],
      let upPart = candidate["c1Up"], let downPart = candidate["c1Down"],
      let upRate = candidate["c2Up"], let downRate = candidate["c2Down"],
      up > 0, down > 0
    else { return nil }
    var model = DeviceModel(.expStep)
    (model.wMin, model.wMax) = bounds
    setSteps(of: &model, up: up, down: down)
    // With a = range / 2 and b = 0 the argument z is the weight of the mean cell.
    (model.expA, model.expB) = ((model.wMax - model.wMin) / 2, 0)
    (model.expAUp, model.expADown) = (upPart / up, downPart / down)
    (model.expGammaUp, model.expGammaDown) = (upRate, downRate)
    return model
  }

  /// The asymmetry only ever makes one of the two steps smaller than dw_min.
  private func setSteps(of model: inout DeviceModel, up: Double, down: Double) {
    model.dwMin = max(up, down)
    model.upDown = up >= down ? 1 - down / up : up / down - 1
  }

  /// Step noise in the form that the kind of device has, and write noise.
  private func setNoise(of model: inout DeviceModel) {
    let noise = stepNoise.estimate?.value ?? 0
    let point = symmetricPoint.estimate?.value ?? 0
    let step = model.multNoise ? (upStep(at: point) ?? model.dwMin) : model.dwMin
    model.dwMinStd = step > 0 ? noise / step : 0
    model.writeNoiseStd = (observationNoise.estimate?.value ?? 0) / model.dwMin
  }
}
