extension DeviceModel {
  /// The weight at which the mean up step and the mean down step are equal, from the hidden parameters.
  ///
  /// In closed form where there is one, else by bisection between the bounds.
  ///
  /// - Returns: nil for a stuck cell, and where the steps are equal nowhere between the bounds or
  ///   everywhere. Linear responses that cross beyond a bound give that bound, as the field counts them.
  public func symmetricPoint(of cell: Cell) -> Double? {
    guard !cell.isStuck else { return nil }
    switch kind {
    case .constantStep: return nil
    case .linearStep, .softBounds, .softBoundsPmax:
      return LinearResponse.symmetricPoint(of: cell)
    case .softBoundsReference: return SoftBoundsReferenceResponse.symmetricPoint(of: cell)
    case .expStep:
      if let point = ExponentialResponse.symmetricPoint(of: cell, model: self),
        point >= cell.minBound, point <= cell.maxBound, isBalanced(at: point, cell)
      {
        return point
      }
    case .powStep, .powStepReference:
      if let point = PowerResponse.symmetricPoint(of: cell) { return point }
    case .piecewiseStep: break
    }
    return bisected(cell)
  }

  /// Whether both steps are equal but for rounding; the closed form does not know that steps stop at 0.
  private func isBalanced(at weight: Double, _ cell: Cell) -> Bool {
    let up = step(.up, at: weight, of: cell)
    let down = step(.down, at: weight, of: cell)
    return up > 0 && abs(up - down) <= 1e-9 * (up + down)
  }

  /// The lowest weight at which the net drift of an up-down pair turns from up to down.
  private func bisected(_ cell: Cell) -> Double? {
    let drift = { (weight: Double) in
      self.step(.up, at: weight, of: cell) - self.step(.down, at: weight, of: cell)
    }
    let lowest = cell.minBound - cell.reference
    let width = (cell.maxBound - cell.minBound) / 256
    for part in 0..<256 {
      var (low, high) = (lowest + Double(part) * width, lowest + Double(part + 1) * width)
      guard drift(low) >= 0, drift(high) < 0 else { continue }
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if drift(middle) >= 0 { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    return nil
  }
}
