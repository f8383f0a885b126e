import Foundation

/// The fitted mean step of one direction as a function of the state.
public struct ResponseSide: Sendable, Hashable, Codable {
  /// The direction of the pulses.
  public let direction: PulseDirection
  /// The shape of the response.
  public let shape: ResponseShape
  /// The middle of the measured window, in the unit of the fit.
  let middle: Double
  /// Half the width of the measured window.
  let half: Double
  /// The parameters of ``StepFunction``.
  let coefficients: [Double]

  /// The mean size of a step at state `weight`, in the unit of the fit.
  ///
  /// It is positive where a pulse moves the state in its own direction: the state changes by
  /// `step(at:)` for an up pulse and by `-step(at:)` for a down pulse.
  public func step(at weight: Double) -> Double {
    half * internalStep(direction.sign * (weight - middle) / half)
  }

  /// The step in half windows at the internal (mirrored) coordinate.
  func internalStep(_ x: Double) -> Double {
    coefficients.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return StepFunction(shape: shape, parameters: base, count: buffer.count)(x).step
    }
  }

  /// The parameters of the published form of the shape, by name.
  ///
  /// The names end in `Up` or `Down`. With w the state, R the width of the window, and the upper
  /// sign for up:
  /// - linear: step `a -+ s w`, and the bound `b = +-a/s` where it vanishes (infinite for s <= 0);
  /// - exponential: `max(0, c0 - c1 exp(+-c2 w))`;
  /// - power: `k (+-(b - w)/R)^g`;
  /// - piecewise: `step<i>`, the step at node i of the window, from its low end to its high end.
  ///
  /// - Parameter openLimits: whether a value that the search was not allowed to exceed is infinite,
  ///   as it has to be in an interval.
  func parameters(openLimits: Bool = false) -> [(name: String, value: Double)] {
    let sign = direction.sign
    let end = direction == .up ? "Up" : "Down"
    let p = coefficients
    switch shape {
    case .linear:
      let a = half * p[0] + sign * p[1] * middle
      return [
        ("a" + end, a), ("s" + end, p[1]), ("b" + end, sign * (p[1] > 0 ? a / p[1] : .infinity)),
      ]
    case .exponential:
      // At c2 = 0 the form degenerates into a line; the nearest proper exponential stands for it.
      let curvature = abs(p[2]) < 1e-6 ? (p[2] < 0 ? -1e-6 : 1e-6) : p[2]
      return [
        ("c0" + end, half * (p[0] + p[1] / curvature)),
        ("c1" + end, half * p[1] / curvature * exp(-sign * curvature * middle / half)),
        (
          "c2" + end,
          openLimits && abs(curvature) >= FitLayout.steepestExponent
            ? curvature * .infinity : curvature / half
        ),
      ]
    case .power:
      // The limits of the search on the near side are physical, and those on the far side are not.
      let isFar = openLimits && p[2] <= FitLayout.flattestPower
      let isSteep = openLimits && p[1] >= FitLayout.powerExponents.upperBound
      return [
        ("k" + end, half * p[0] * pow(2 * p[2], p[1])),
        ("b" + end, isFar ? sign * .infinity : middle + sign * half / p[2]),
        ("g" + end, isFar || isSteep ? .infinity : p[1]),
      ]
    case .piecewise:
      let ordered = direction == .up ? p : p.reversed()
      return ordered.enumerated().map { ("step\($0.offset)" + end, half * $0.element) }
    }
  }
}
