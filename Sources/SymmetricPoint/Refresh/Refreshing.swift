public import DeviceContract
public import PulseLedger

/// Measures those cells again of which too little is known by now, from where an earlier calibration left them, and
/// keeps what is known of the others.
///
/// What an earlier calibration found, with an interval that has grown since, is worth the pulses that it would take to
/// know as much anew: `(c / deviation)²` of them, for a noise factor c.
public struct Refreshing: Sendable {
  /// How cells are measured.
  public var seek: Seek
  /// Every cell of the region as it stands by now, row-major.
  public let standing: [SymmetricPointEstimate]
  /// The cells that are measured again.
  public let due: [Int]

  /// Describes a search.
  ///
  /// - Parameters:
  ///   - seek: how cells are measured; what is known of cells is set here.
  ///   - standing: every cell of the region as it stands by now, with intervals that have grown.
  ///   - due: the cells that are measured again, as places in the region.
  public init(_ seek: Seek, standing: [SymmetricPointEstimate], due: [Int]) {
    precondition(due.allSatisfy(standing.indices.contains), "cells of the region")
    self.seek = seek
    (self.standing, self.due) = (standing, due)
    var known: [KnownPoint?] = Array(repeating: nil, count: standing.count)
    // Of the others there is no number that could be built on.
    for cell in due where [.converged, .budget, .edge].contains(standing[cell].verdict) {
      known[cell] = KnownPoint(
        value: Double(standing[cell].value),
        deviation: max(Double(standing[cell].halfWidth) / FilteredArray.confidence, 1e-6))
    }
    self.seek.known = known
  }

  /// Squared moves of the cells that were measured again, by what their intervals let one expect.
  ///
  /// Who builds on what was known, with its variance k, and leaves a variance v moves an estimate by `k - v`, and who
  /// builds on nothing by `k + v`. On a belief with a variance t it is `k + v - 2 k v / t`: cells that stand where they
  /// were left believe in how far all of them are from there.
  private func driftRatio(of found: SearchResult) -> Double? {
    let ratios: [Double] = due.compactMap { cell in
      let estimate = found.estimates[cell]
      guard let known = seek.known?[cell], [.converged, .budget, .edge].contains(estimate.verdict)
      else { return nil }
      let deviation = Double(estimate.halfWidth) / FilteredArray.confidence
      let (before, left) = (known.deviation * known.deviation, deviation * deviation)
      let belief = max(found.priors[cell], known.deviation)
      let expected = before + left - 2 * before * left / (belief * belief)
      guard expected > 0 else { return nil }
      let move = Double(estimate.value) - known.value
      return move * move / expected
    }
    return ratios.count < 8 ? nil : ratios.reduce(0, +) / Double(ratios.count)
  }
}

extension Refreshing {
  /// An estimate that is no surer than what was known and the pulses of the cell allow.
  ///
  /// Cells that stand near to their symmetric points are not moved far, and then slopes are not well seen: slopes that come
  /// out too steep make intervals too narrow. No interval is narrower than what no method beats (Cramér-Rao):
  /// after N pulses `1 / deviation² = 1 / known² + N / c²`, for a noise factor c = 2 sigma / (s+ + s-) as expected.
  private func honest(
    _ estimate: SymmetricPointEstimate, of cell: Int
  ) -> SymmetricPointEstimate {
    guard let known = seek.known?[cell], [.converged, .edge].contains(estimate.verdict) else {
      return estimate
    }
    let expected = seek.expected
    let factor = expected.pulseNoise * expected.step / expected.slope
    let precision =
      1 / (known.deviation * known.deviation) + Double(estimate.pulses) / (factor * factor)
    let least = 1 / precision.squareRoot()
    var honest = estimate
    honest.halfWidth = max(estimate.halfWidth, Float(FilteredArray.confidence * least))
    if least > seek.tolerance { honest.verdict = .budget }
    return honest
  }
}

extension Refreshing: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "refresh" }

  /// What it will cost: at worst all cells that are due get the most pulses.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    due.isEmpty ? PulseQuote() : seek.quote(cells: due, on: region, of: capabilities)
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  ///
  /// Cells that are not due keep their estimates, and have had no pulses.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    var kept = standing
    for cell in kept.indices { kept[cell].pulses = 0 }
    guard !due.isEmpty else {
      return SearchResult(
        region: region, estimates: kept, reads: 0, innovationRatio: 1, course: [], stoppedBy: nil)
    }
    let found = try await seek.run(
      on: device, region: region, cells: due, progress: progress)
    for cell in due { kept[cell] = honest(found.estimates[cell], of: cell) }
    return SearchResult(
      region: region, estimates: kept, reads: found.reads,
      innovationRatio: found.innovationRatio, course: found.course, cells: found.cells,
      trace: found.trace, steps: found.steps, driftRatio: driftRatio(of: found),
      stoppedBy: found.stoppedBy)
  }
}
