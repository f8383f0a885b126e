/// PiecewiseStep: the step relative to dwmin is interpolated between nodes that are equally spaced
/// over the range of the cell.
enum PiecewiseResponse {
  static func step(
    _ direction: PulseDirection, at weight: Double, of cell: Cell, model: DeviceModel
  ) -> Double {
    switch direction {
    case .up: cell.dwminUp * interpolated(model.piecewiseUp, at: weight, of: cell)
    case .down: cell.dwminDown * interpolated(model.piecewiseDown, at: weight, of: cell)
    }
  }

  private static func interpolated(_ table: [Double], at weight: Double, of cell: Cell) -> Double {
    guard table.count > 1 else { return table.first ?? 0 }
    let range = cell.maxBound - cell.minBound
    guard range > 0 else { return table[0] }
    let place = max(0, (weight - cell.minBound) / range * Double(table.count - 1))
    let node = min(Int(place), table.count - 2)
    let part = min(place - Double(node), 1)
    return (1 - part) * table[node] + part * table[node + 1]
  }
}
