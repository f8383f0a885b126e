import Foundation

/// The mean step of one direction in internal coordinates, and its slope.
///
/// The state x runs over [-1, 1] in the measured window, and the down direction is mirrored (x ->
/// -x), so that every step is an up step. The parameters are chosen to be of order one, to be
/// defined where the published forms degenerate, and to be little correlated:
/// - linear: `p0 - p1 x`;
/// - exponential: `p0 - p1 (exp(p2 x) - 1)/p2`, at least 0; p2 = 0 is linear;
/// - power: `p0 (1 - p2 x)^p1`, 0 beyond x = 1/p2;
/// - piecewise: the steps at the nodes.
///
/// Here p0 is the step at the middle of the window and p1 minus the slope there (not
/// for the power law, whose exponent it is so that it can be bounded).
struct StepFunction {
  let shape: ResponseShape
  let parameters: UnsafePointer<Double>
  let count: Int

  /// The step at `x` and its derivative.
  @inline(__always)
  func callAsFunction(_ x: Double) -> (step: Double, slope: Double) {
    switch shape {
    case .linear:
      return (parameters[0] - parameters[1] * x, -parameters[1])
    case .exponential:
      let c = parameters[2]
      let f: Double
      let df: Double
      if abs(c) < 1e-3 {
        // The quotient loses digits here; the next term of the series is below 1e-13.
        f = x * (1 + c * x / 2 * (1 + c * x / 3 * (1 + c * x / 4)))
        df = 1 + c * x * (1 + c * x / 2 * (1 + c * x / 3))
      } else {
        df = exp(min(c * x, 60))
        f = (df - 1) / c
      }
      let step = parameters[0] - parameters[1] * f
      return step > 0 ? (step, -parameters[1] * df) : (0, 0)
    case .power:
      let base = 1 - parameters[2] * x
      guard base > 0 else { return (0, 0) }
      let step = parameters[0] * exp(parameters[1] * log(base))
      return (step, -step * parameters[1] * parameters[2] / base)
    case .piecewise:
      let segments = Double(count - 1)
      let position = (x + 1) / 2 * segments
      guard position > 0 else { return (max(0, parameters[0]), 0) }
      guard position < segments else { return (max(0, parameters[count - 1]), 0) }
      let node = Int(position)
      let rise = parameters[node + 1] - parameters[node]
      let step = parameters[node] + (position - Double(node)) * rise
      return step > 0 ? (step, rise * segments / 2) : (0, 0)
    }
  }
}
