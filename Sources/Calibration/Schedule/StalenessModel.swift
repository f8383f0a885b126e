import Foundation
public import PhysicalUnits
public import SymmetricPoint

/// How what is known of a symmetric point goes stale.
///
/// A symmetric point wanders: independent small changes add up, so that the variance of an estimate grows in
/// proportion to time, to half-select exposures and to pulses since it was made. Three rates say by how much.
public struct StalenessModel: Sendable, Hashable, Codable {
  /// Variance that a second adds, a half-select exposure, and a pulse; of a weight, squared.
  public var time: Double, exposures: Double, pulses: Double

  /// Describes a model by its rates.
  ///
  /// - Precondition: none is below 0.
  public init(time: Double = 0, exposures: Double = 0, pulses: Double = 0) {
    precondition(time >= 0 && exposures >= 0 && pulses >= 0, "nothing becomes surer by waiting")
    (self.time, self.exposures, self.pulses) = (time, exposures, pulses)
  }

  /// The model that somebody states.
  ///
  /// - Parameter range: the length of the window.
  public init(_ stated: StatedDrift, range: Double) {
    self.init(
      time: stated.time?.variance(range: range) ?? 0,
      exposures: stated.exposures?.variance(range: range) ?? 0,
      pulses: stated.pulses?.variance(range: range) ?? 0)
  }

  /// The rates as numbers.
  var rates: SIMD3<Double> { SIMD3(time, exposures, pulses) }

  /// The variance that an age adds.
  public func growth(in age: CellAge) -> Double { (rates * age.numbers).sum() }

  /// The standard deviation of an estimate by now.
  ///
  /// - Parameter deviation: what it was when it was made.
  public func deviation(_ deviation: Double, after age: CellAge) -> Double {
    (deviation * deviation + growth(in: age)).squareRoot()
  }

  /// How long it takes from now until a standard deviation exceeds a threshold, if exposures and pulses go on at the rates
  /// at which they came so far.
  ///
  /// - Parameters:
  ///   - threshold: the standard deviation that is good enough.
  ///   - deviation: what it was when the estimate was made.
  ///   - age: what the cell has been through since then.
  /// - Returns: 0 for one that does so already; nil for one that never will.
  public func timeLeft(
    until threshold: Double, from deviation: Double, after age: CellAge
  ) -> Seconds? {
    let now = deviation * deviation + growth(in: age)
    let left = threshold * threshold - now
    guard left >= 0 else { return .zero }
    // Nothing is known of how fast exposures and pulses come before any time has passed.
    let rate =
      age.time > .zero
      ? growth(in: age) / age.time.value
      : time
    return rate > 0 ? Seconds(left / rate) : nil
  }

  /// Estimates as they stand by now: the same values, with intervals that have grown.
  ///
  /// - Parameter ages: one a cell.
  public func aged(
    _ estimates: [SymmetricPointEstimate], _ ages: [CellAge]
  ) -> [SymmetricPointEstimate] {
    precondition(estimates.count == ages.count, "one age a cell")
    return zip(estimates, ages).map { estimate, age in
      var aged = estimate
      aged.halfWidth = Float(
        1.96 * deviation(Double(estimate.halfWidth) / 1.96, after: age))
      return aged
    }
  }

  /// Cells that are due: whose standard deviation is above a threshold by now.
  ///
  /// Cells without a symmetric point, stuck or out of reach, do not become due by waiting.
  ///
  /// - Parameter aged: estimates as they stand by now.
  public static func due(
    _ aged: [SymmetricPointEstimate], threshold: Double
  ) -> [Int] {
    aged.indices.filter {
      ![.stuck, .outside].contains(aged[$0].verdict)
        // What is a weight on paper has been a float since.
        && Double(aged[$0].halfWidth) > 1.96 * threshold * (1 + 1e-6)
    }
  }
}
