import Foundation
public import SymmetricPoint

/// Rates of a ``StalenessModel`` that were learnt from cells which were calibrated twice.
public struct LearntStaleness: Sendable, Hashable, Codable {
  /// The rates that make what was found most likely.
  public var model: StalenessModel
  /// The 95 % interval of each rate; nil where the cells say nothing of it, as where none was exposed.
  public var time: ClosedRange<Double>?, exposures: ClosedRange<Double>?,
    pulses: ClosedRange<Double>?
  /// Cells that were compared.
  public var cells: Int

  /// Learns from two calibrations of the same cells, each on its own: the later one must not have begun with what
  /// the earlier one found.
  ///
  /// The difference of two estimates is normal, its variance that of both and what the model adds: maximum
  /// likelihood, with intervals by the profile of the likelihood.
  ///
  /// - Parameters:
  ///   - earlier: what was found first.
  ///   - later: what was found then, of the same cells.
  ///   - ages: what each cell went through from the first to the second.
  /// - Returns: nil where fewer than eight cells have a symmetric point both times.
  public init?(
    from earlier: [SymmetricPointEstimate], to later: [SymmetricPointEstimate], ages: [CellAge]
  ) {
    precondition(earlier.count == later.count && later.count == ages.count, "the same cells")
    let known: Set<SymmetricPointEstimate.Verdict> = [.converged, .budget, .edge]
    let likelihood = DriftLikelihood(
      zip(zip(earlier, later), ages).compactMap { pair, age in
        guard known.contains(pair.0.verdict), known.contains(pair.1.verdict) else { return nil }
        let deviations = (Double(pair.0.halfWidth) / 1.96, Double(pair.1.halfWidth) / 1.96)
        return DriftLikelihood.Difference(
          distance: Double(pair.1.value) - Double(pair.0.value),
          variance: deviations.0 * deviations.0 + deviations.1 * deviations.1, age: age.numbers)
      })
    guard likelihood.differences.count >= Self.fewestCells else { return nil }
    let best = likelihood.best()
    model = StalenessModel(time: best.x, exposures: best.y, pulses: best.z)
    time = likelihood.interval(of: 0, around: best)
    exposures = likelihood.interval(of: 1, around: best)
    pulses = likelihood.interval(of: 2, around: best)
    cells = likelihood.differences.count
  }

  static let fewestCells = 8
}
