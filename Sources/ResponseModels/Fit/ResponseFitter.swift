import Foundation

/// Fits response functions to measured pulse curves.
///
/// Model: the hidden state moves by a mean step plus step noise at each pulse and is seen through
/// observation noise, part of which may last over several pulses. Regressing state differences on
/// states would not do: the observation noise is in both, which feigns steep responses.
///
/// - The restricted likelihood of the state-space model is maximised (extended Kalman filter).
/// - Whether there is lasting observation noise is decided by the Bayesian information criterion.
/// - The shape is the simplest one whose prediction of held-out blocks is within one standard error
///   of the best.
/// - Intervals (95 %) are from a parametric bootstrap, in which the noise varies as far as the data
///   leave it open.
public struct ResponseFitter: Sendable {
  /// The number of bootstrap replicates behind the intervals.
  public var replicates: Int
  /// The seed of the bootstrap.
  public var seed: UInt64
  /// The shapes to try.
  public var shapes: [ResponseShape]
  /// The number of held-out blocks of each direction.
  public var folds: Int
  /// The number of threads; the result does not depend on it.
  public var threads: Int

  /// The fewest states of a direction that a response is fitted to.
  public static let fewestStates = 8

  /// Creates a fitter; give one shape only to force it.
  public init(
    replicates: Int = 200, seed: UInt64 = 1, shapes: [ResponseShape] = ResponseShape.allCases,
    folds: Int = 5, threads: Int? = nil
  ) {
    self.replicates = max(2, replicates)
    self.seed = seed
    self.shapes = ResponseShape.allCases.filter(shapes.contains)
    self.folds = max(2, folds)
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
  }

  /// Fits the shapes to a curve, chooses one, and tells what the data determine.
  ///
  /// A curve that is too short, or does not move, gives a result all of whose quantities are
  /// ``FitOutcome/notEnoughData(for:reason:)``.
  public func fit(_ curve: PulseCurve) -> ResponseFit {
    let window = curve.window ?? 0...0
    let width = window.upperBound - window.lowerBound
    let centre = window.lowerBound + width / 2
    var report = FitReport(curve: curve, window: window, replicates: replicates, seed: seed)
    guard width > 0, width.isFinite,
      curve.branches.allSatisfy({
        $0.states.allSatisfy(\.isFinite) && $0.start?.isFinite ?? true
      })
    else {
      return report.empty(
        reason: "the measured states are all equal, or not finite; apply more pulses")
    }
    let directions = [PulseDirection.up, .down].filter {
      let one = FitSeries(curve, $0, middle: centre, half: width / 2)
      return one.pulsedCount >= Self.fewestStates && one.usedCount > 0
    }
    let series = Self.series(curve, directions, middle: centre, half: width / 2)
    guard !series.isEmpty else {
      return report.empty(
        reason: "no direction has \(Self.fewestStates) states in branches of two or more")
    }
    let isWeight = curve.quantity == .weight
    let quantities = FitQuantities(
      middle: isWeight ? centre : 0, half: isWeight ? width / 2 : 1, directions: directions,
      series: series)
    let search = ModelSearch(series, directions)
    let models = search.fit(shapes)
    let validation = CrossValidation(folds: folds)
    report.scores = models.map { validation.blockScores($0, search) }
    let bootstrap = ParametricBootstrap(replicates: replicates, seed: seed, threads: threads)
    report.models = models
    report.results = models.map { bootstrap.run($0, search, quantities) }
    // The other shapes cannot step backwards, so that only a line can tell a step from zero.
    if let line = models.firstIndex(where: { $0.layout.shape == .linear }) {
      report.line = report.results[line]
    } else if let line = search.fit([.linear]).first {
      report.line = bootstrap.run(line, search, quantities)
    }
    return report.result(quantities, search)
  }

  /// One series for each direction, or one for both where measured states join their branches.
  private static func series(
    _ curve: PulseCurve, _ directions: [PulseDirection], middle: Double, half: Double
  ) -> [FitSeries] {
    guard curve.branches.contains(where: { $0.start != nil }) else {
      return directions.enumerated().map {
        FitSeries(curve, [$0.element], sides: [$0.offset], middle: middle, half: half)
      }
    }
    let joint = FitSeries(
      curve, directions, sides: Array(directions.indices), middle: middle, half: half)
    return directions.isEmpty ? [] : [joint]
  }
}
