extension DeviceModel {
  /// Checks that the parameters describe a device at all.
  ///
  /// - Throws: ``ModelError`` that names the parameter, its value and what would be accepted.
  public func validate() throws(ModelError) {
    for field in Self.numberFields where field.kinds.contains(kind) {
      let value = self[keyPath: field.path]
      guard value.isFinite else {
        throw ModelError(.badValue, at: field.key, "\(value) is not a finite number")
      }
      let mayBeNegative = [
        "w_min", "w_max", "up_down", "reset", "drift_nu", "drift_offset", "reference_mean",
        "gamma_up", "gamma_down", "A_up", "A_down", "a", "b", "pow_up_down", "range_min",
        "range_max",
      ]
      // The kernels work in single precision, where 1e15 and 1e-9 still have room around them.
      guard value == 0 || (1e-9...1e15).contains(abs(value)) else {
        throw ModelError(
          .badValue, at: field.key, "\(value) is beyond 1e-9 to 1e15, and not 0")
      }
      guard value >= 0 || mayBeNegative.contains(field.key) else {
        throw ModelError(.badValue, at: field.key, "\(value) is negative; it must be 0 or more")
      }
    }
    let model = resolved
    guard model.dwMin > 0 else {
      throw ModelError(.badValue, at: "dw_min", "\(model.dwMin) is no step; it must be above 0")
    }
    guard model.dwMin <= 1e3, max(abs(model.wMin), abs(model.wMax)) <= 1e3 else {
      throw ModelError(
        .badValue, at: "dw_min, w_min, w_max",
        "\(model.dwMin), \(model.wMin), \(model.wMax): weights are normalised, and 1000 is too large"
      )
    }
    guard model.wMin <= 0, model.wMax >= 0, model.wMin < model.wMax else {
      throw ModelError(
        .badValue, at: "w_min, w_max",
        "bounds \(model.wMin) and \(model.wMax) do not enclose 0; w_min <= 0 <= w_max is needed")
    }
    guard corruptDevicesProb <= 1 else {
      throw ModelError(
        .badValue, at: "corrupt_devices_prob", "\(corruptDevicesProb) is above 1; it is a share")
    }
    if kind == .piecewiseStep {
      for (key, table) in [("piecewise_up", piecewiseUp), ("piecewise_down", piecewiseDown)] {
        guard !table.isEmpty, table.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
          throw ModelError(
            .badValue, at: key, "the table needs one or more finite numbers of 0 or more")
        }
      }
      guard piecewiseUp.count == piecewiseDown.count else {
        throw ModelError(
          .badValue, at: "piecewise_up, piecewise_down",
          "tables of \(piecewiseUp.count) and \(piecewiseDown.count) nodes; they must be as long")
      }
    }
  }
}
