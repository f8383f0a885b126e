import Foundation

/// PowStep: the step is `dwmin (distance to the bound / range)^gamma`, for the reference kind on the
/// state v = weight + reference.
enum PowerResponse {
  static func step(_ direction: PulseDirection, at weight: Double, of cell: Cell) -> Double {
    let range = cell.maxBound - cell.minBound
    guard range > 0 else { return 0 }
    let state = cell.clipped(weight + cell.reference)
    switch direction {
    case .up: return cell.dwminUp * pow((cell.maxBound - state) / range, cell.gammaUp)
    case .down: return cell.dwminDown * pow((state - cell.minBound) / range, cell.gammaDown)
    }
  }

  /// Closed form where both exponents are equal.
  static func symmetricPoint(of cell: Cell) -> Double? {
    guard cell.gammaUp == cell.gammaDown, cell.gammaUp > 0, cell.dwminUp > 0 else { return nil }
    let ratio = pow(cell.dwminDown / cell.dwminUp, 1 / cell.gammaUp)
    return cell.maxBound - (cell.maxBound - cell.minBound) * ratio / (1 + ratio) - cell.reference
  }
}
