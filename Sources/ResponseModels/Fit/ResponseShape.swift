/// The shape of a fitted mean step as a function of the state, in order of growing freedom.
public enum ResponseShape: String, Sendable, Hashable, CaseIterable, Codable {
  /// Soft bounds: the step is `a - s w` (up) and `a + s w` (down).
  case linear
  /// The step is `max(0, c0 - c1 exp(c2 w))` (up) and `max(0, c0 - c1 exp(-c2 w))` (down).
  case exponential
  /// The step is `k ((b - w)/R)^g` (up) and `k ((w - b)/R)^g` (down), 0 beyond the bound `b`.
  case power
  /// The step is interpolated between equally spaced nodes over the measured window, at least 0.
  case piecewise

  /// The number of response parameters of a direction; `nodes` counts for ``piecewise`` only.
  func parameterCount(nodes: Int) -> Int {
    switch self {
    case .linear: 2
    case .exponential, .power: 3
    case .piecewise: nodes
    }
  }
}
