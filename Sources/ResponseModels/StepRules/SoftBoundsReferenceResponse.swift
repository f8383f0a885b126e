/// SoftBoundsReference: soft bounds on the state v = weight + reference.
enum SoftBoundsReferenceResponse {
  static func step(_ direction: PulseDirection, at weight: Double, of cell: Cell) -> Double {
    let state = weight + cell.reference
    switch direction {
    case .up: return cell.maxBound == 0 ? 0 : cell.dwminUp * (1 - state / cell.maxBound)
    case .down: return cell.minBound == 0 ? 0 : cell.dwminDown * (1 - state / cell.minBound)
    }
  }

  static func symmetricPoint(of cell: Cell) -> Double? {
    guard cell.maxBound != 0, cell.minBound != 0 else { return nil }
    let slope = cell.dwminUp / cell.maxBound - cell.dwminDown / cell.minBound
    guard slope != 0 else { return nil }
    return (cell.dwminUp - cell.dwminDown) / slope - cell.reference
  }
}
