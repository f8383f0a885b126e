import Foundation

// What happens to a state without pulses. Weights in, weights out; the draws are standard normals.
extension Cell {
  /// The weight after one call of decay: `(w - bias)(1 + strength (scale - 1)) + bias`.
  public func decayed(_ weight: Double, strength: Double = 1) -> Double {
    held((weight - resetBias) * (1 + strength * (decayScale - 1)) + resetBias)
  }

  /// The weight after one call of diffusion.
  public func diffused(_ weight: Double, draw: Double) -> Double {
    held(weight + diffusionRate * draw)
  }

  /// The weight after a reset.
  public func afterReset(draw: Double, model: DeviceModel) -> Double {
    held(resetBias + model.resetStd * draw)
  }

  /// The weight some time after it was written, by the power law of conductance drift.
  ///
  /// - Parameters:
  ///   - written: the weight when it was last written.
  ///   - seconds: the time since then.
  ///   - draw: a standard normal for the noise of the exponent.
  ///   - model: gives the reference time and the weight that drift leads to.
  public func drifted(
    _ written: Double, after seconds: Double, draw: Double, model: DeviceModel
  ) -> Double {
    let exponent = driftNu * (1 + model.driftNuStd * draw)
    let factor = pow(max(seconds / model.driftT0, 1), -exponent)
    return held(written * factor + model.driftOffset * (factor - 1))
  }

  /// The bounds hold the state, which is the weight plus the reference.
  private func held(_ weight: Double) -> Double { clipped(weight + reference) - reference }
}
