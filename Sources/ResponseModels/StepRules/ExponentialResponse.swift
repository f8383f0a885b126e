import Foundation

/// ExpStep: the step is `dwmin max(0, 1 - A exp(±gamma z))` with `z = 2 a w / (max - min) + b`.
enum ExponentialResponse {
  static func step(
    _ direction: PulseDirection, at weight: Double, of cell: Cell, model: DeviceModel
  ) -> Double {
    let range = cell.maxBound - cell.minBound
    guard range > 0 else { return 0 }
    let z = 2 * model.expA * weight / range + model.expB
    switch direction {
    case .up: return cell.dwminUp * max(0, 1 - model.expAUp * exp(model.expGammaUp * z))
    case .down: return cell.dwminDown * max(0, 1 - model.expADown * exp(-model.expGammaDown * z))
    }
  }

  /// Closed form where both exponents are equal, with u = exp(gamma z):
  /// `a+ A_up u² - (a+ - a-) u - a- A_down = 0`.
  static func symmetricPoint(of cell: Cell, model: DeviceModel) -> Double? {
    let gamma = model.expGammaUp
    guard gamma == model.expGammaDown, gamma != 0, model.expA != 0, model.expAUp != 0 else {
      return nil
    }
    let difference = cell.dwminUp - cell.dwminDown
    let product = cell.dwminUp * cell.dwminDown * model.expAUp * model.expADown
    let root = (difference * difference + 4 * product).squareRoot()
    let u = (difference + (model.expAUp < 0 ? -root : root)) / (2 * cell.dwminUp * model.expAUp)
    guard u > 0 else { return nil }
    return (log(u) / gamma - model.expB) * (cell.maxBound - cell.minBound) / (2 * model.expA)
  }
}
