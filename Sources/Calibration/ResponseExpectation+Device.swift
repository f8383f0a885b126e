public import ResponseModels
public import SymmetricPoint

extension ResponseExpectation {
  /// What a device description lets one expect, in visible weights.
  ///
  /// The window is the one between the mean bounds, moved by the mean reference. A spread that the description
  /// states is believed only where it is wider than the default: cells of real arrays differ more than those of a fit.
  ///
  /// - Returns: nil for a device whose mean cell does not move in the middle of its window, or not by the same
  ///   sign everywhere: nothing can be expected of it.
  public init?(of device: DeviceDescription) {
    let model = device.model.resolved
    let cell = device.model.meanCell
    let shift = model.kind.hasReference ? cell.reference : 0
    let window = (model.wMin - shift)...(model.wMax - shift)
    let middle = (window.lowerBound + window.upperBound) / 2
    let up = model.step(.up, at: middle, of: cell)
    let down = model.step(.down, at: middle, of: cell)
    let step = (up + down) / 2
    guard window.upperBound > window.lowerBound, step > 0, step.isFinite else { return nil }
    // The filter scales additive noise with the mean step at weight 0.
    let isMultiplicative = model.hasMultiplicativeNoise
    let place = isMultiplicative ? middle : 0
    let size = { (direction: PulseDirection) in model.step(direction, at: place, of: cell) }
    let noise = { (direction: PulseDirection) in
      abs(model.noise(direction, at: place, of: cell, step: size(direction), draw: 1))
    }
    let scale = (size(.up) + size(.down)) / 2
    guard scale > 0 else { return nil }
    self.init(
      step: step, window: window, pulseNoise: (noise(.up) + noise(.down)) / 2 / scale,
      writeNoise: model.writeNoiseStd * model.dwMin, isNoiseMultiplicative: isMultiplicative,
      stepSpread: max(0.5, model.dwMinDtod),
      slopeSpread: max(0.4, model.dwMinDtod, model.wMaxDtod, model.wMinDtod))
  }
}

extension DeviceModel {
  /// Whether the noise of a pulse grows with the step at hand.
  var hasMultiplicativeNoise: Bool {
    switch kind {
    case .linearStep, .softBounds, .softBoundsPmax, .softBoundsReference: multNoise
    default: true
    }
  }
}
