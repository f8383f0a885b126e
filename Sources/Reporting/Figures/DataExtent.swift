/// The smallest and the largest value that an axis has to show.
struct DataExtent {
  /// Values beyond this magnitude are not drawn: their differences would overflow.
  static let largestMagnitude = 1e100

  private(set) var lower = Double.infinity
  private(set) var upper = -Double.infinity
  let scale: Axis.Scale

  init(scale: Axis.Scale) {
    self.scale = scale
  }

  var isEmpty: Bool { lower > upper }

  mutating func include(_ value: Double) {
    guard Self.isDrawable(value, on: scale) else { return }
    lower = min(lower, value)
    upper = max(upper, value)
  }

  /// Whether a value has a place on an axis of that scale.
  static func isDrawable(_ value: Double, on scale: Axis.Scale) -> Bool {
    guard value.isFinite, abs(value) <= largestMagnitude else { return false }
    return scale == .linear || value >= 1 / largestMagnitude
  }
}
