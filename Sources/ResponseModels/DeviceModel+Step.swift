extension DeviceModel {
  /// The mean size of one pulse's step, without noise and before the bounds.
  ///
  /// - Parameters:
  ///   - direction: up or down; the size is positive for a step in this direction.
  ///   - weight: the visible weight.
  ///   - cell: the hidden parameters.
  public func step(_ direction: PulseDirection, at weight: Double, of cell: Cell) -> Double {
    switch kind {
    case .constantStep, .linearStep, .softBounds, .softBoundsPmax:
      LinearResponse.step(direction, at: weight, of: cell)
    case .softBoundsReference: SoftBoundsReferenceResponse.step(direction, at: weight, of: cell)
    case .expStep: ExponentialResponse.step(direction, at: weight, of: cell, model: self)
    case .powStep, .powStepReference: PowerResponse.step(direction, at: weight, of: cell)
    case .piecewiseStep: PiecewiseResponse.step(direction, at: weight, of: cell, model: self)
    }
  }

  /// The change of the weight by the noise of one pulse, for a standard normal draw.
  ///
  /// - Parameters:
  ///   - step: the mean step as ``step(_:at:of:)`` gives it.
  ///   - draw: a standard normal number.
  public func noise(
    _ direction: PulseDirection, at weight: Double, of cell: Cell, step: Double, draw: Double
  ) -> Double {
    let sign: Double = direction == .up ? 1 : -1
    let nominal = direction == .up ? cell.dwminUp : cell.dwminDown
    switch kind {
    case .linearStep, .softBounds, .softBoundsPmax, .softBoundsReference:
      return sign * dwMinStd * draw * (multNoise ? step : nominal)
    case .expStep where dwMinStdAdd != 0 || dwMinStdSlope != 0:
      return dwMinStd * (abs(step) + dwMinStdAdd + dwMinStdSlope * abs(weight)) * draw
    default: return sign * dwMinStd * draw * step
    }
  }

  /// The weight after one pulse.
  ///
  /// - Parameter draw: a standard normal number; 0 gives the mean step.
  public func pulsed(
    _ direction: PulseDirection, from weight: Double, of cell: Cell, draw: Double = 0
  ) -> Double {
    let holdsStill =
      kind == .expStep || kind == .powStep || kind == .powStepReference
    if holdsStill && cell.maxBound == cell.minBound { return weight }
    let step = step(direction, at: weight, of: cell)
    let change =
      (direction == .up ? step : -step)
      + noise(direction, at: weight, of: cell, step: step, draw: draw)
    guard kind.hasReference else { return cell.clipped(weight + change) }
    return cell.clipped(weight + cell.reference + change) - cell.reference
  }
}
