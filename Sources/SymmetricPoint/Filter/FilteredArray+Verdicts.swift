import DeviceContract

extension FilteredArray {
  /// The chance with which an interval holds the symmetric point is 95 %: 1.96 standard deviations of a normal.
  static let confidence = 1.96

  /// Whether more pulses would change nothing of what is said of a cell.
  func isSettled(_ cell: Int, tolerance: Double) -> Bool {
    // A large error after few bursts is itself not well known.
    let enough =
      cells[cell].bursts.count < Self.burstsThatTellErrors
      ? min(tolerance, 0.03 * expected.range) : tolerance
    return cells[cell].isMisfit && stopToLeave(cell) == nil || boundBefore(cell) != nil
      || symmetricPoint(of: cell).deviation <= enough && isNear(cell)
  }

  static let burstsThatTellErrors = 12

  /// Whether the cell was seen near to where its symmetric point is said to be.
  private func isNear(_ cell: Int) -> Bool {
    let visited = cells[cell].visited
    let margin = 0.05 * expected.range
    let point = symmetricPoint(of: cell).value
    return (visited.lowerBound - margin...visited.upperBound + margin).contains(point)
  }

  /// A point, held to where a cell has been and a little beyond.
  ///
  /// Lines that are hardly known may cross anywhere, and nothing was seen of what lies further away.
  func nearby(_ point: Double, to cell: Int) -> Double {
    let visited = cells[cell].visited
    let margin = 0.1 * expected.range
    return min(max(point, visited.lowerBound - margin), visited.upperBound + margin)
  }

  /// The bound that the cell has run into, where it still drifts outwards there.
  func boundBefore(_ cell: Int) -> Double? {
    let filter = cells[cell]
    // Pulses that the bound took away show as jumps.
    guard filter.jumps >= 2, !isNear(cell) else { return nil }
    let visited = filter.visited
    if filter.drift(at: visited.upperBound) > 2 { return visited.upperBound }
    return filter.drift(at: visited.lowerBound) < -2 ? visited.lowerBound : nil
  }

  /// The bound that a cell has come to, where it is not known whether it drifts outwards there; nil for other cells.
  ///
  /// Pulses away from it tell, since those towards it do nothing.
  func stopToLeave(_ cell: Int) -> (weight: Double, isUpper: Bool)? {
    let filter = cells[cell]
    guard filter.jumps <= Self.mostStops, let stop = filter.stop(noise), boundBefore(cell) == nil,
      abs(filter.drift(at: stop.weight)) <= 2
    else { return nil }
    return stop
  }

  private static let mostStops = 8

  /// Whether the noise of pulses at the symmetric point, or a single step, reaches the bound where a line ends.
  private func isAtEdge(_ cell: Int) -> Bool {
    let lines = cells[cell].lines
    let point = symmetricPoint(of: cell).value
    let slopes = max(lines.values[1] + lines.values[3], leastSlope)
    let reach = max(3 * noise.pulse * lines.step / slopes.squareRoot(), lines.step)
    // A line that reaches nothing within so far has its end further away.
    return lines.up(at: point + reach) <= 0 || lines.down(at: point - reach) <= 0
  }

  /// What is to be said of a cell when no more pulses come.
  private func verdict(of cell: Int, tolerance: Double) -> SymmetricPointEstimate.Verdict {
    if isStuck[cell] { return .stuck }
    if boundBefore(cell) != nil { return .outside }
    let deviation = symmetricPoint(of: cell).deviation
    let isKnown = deviation <= tolerance && isNear(cell)
    // A line through a part of a curve is sure of too little to be believed without being asked (``BracketAudit``).
    if cells[cell].isMisfit || cells[cell].local != nil { return .model }
    if deviation > 0.8 * spread { return .priorOnly }
    if isKnown { return isAtEdge(cell) ? .edge : .converged }
    return .budget
  }

  /// Intervals shrink by a tenth at most where readings scatter less than they should.
  private static let leastRatio = 0.8

  /// What is known of each cell.
  func estimates(_ counts: CellCounts, tolerance: Double) -> [SymmetricPointEstimate] {
    let ratio = max(Self.leastRatio, innovationRatio).squareRoot()
    let range = expected.range
    return cells.indices.map { cell in
      var (point, deviation) = symmetricPoint(of: cell)
      point = nearby(point, to: cell)
      deviation = deviation.isFinite ? deviation : range
      var estimate = SymmetricPointEstimate(
        value: Float(point),
        halfWidth: Float(min(FilteredArray.confidence * deviation * ratio, range)),
        pulses: Int(counts.up[cell] + counts.down[cell]),
        verdict: verdict(of: cell, tolerance: tolerance))
      switch estimate.verdict {
      case .stuck:
        // It has a state, and no symmetric point.
        (estimate.value, estimate.halfWidth) = (Float(cells[cell].weight), Float(range))
      case .outside:
        let bound = boundBefore(cell) ?? point
        (estimate.value, estimate.halfWidth) = (Float(bound), Float(range))
      default: break
      }
      return estimate
    }
  }
}
