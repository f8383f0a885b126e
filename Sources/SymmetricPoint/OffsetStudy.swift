import DeviceContract
import Foundation
public import PulseLedger

/// How far zero-shifting is from the truth after given numbers of pulses, over a whole array.
///
/// This is figure 1 of arXiv 2602.21321: offsets of the mean and of the standard deviation. For soft
/// bounds of one relaxation rate both decay as exp(-N dw G'), which is predicted beside them.
public struct OffsetStudy: Sendable {
  /// The array after one number of pulses.
  public struct Row: Sendable, Hashable, Codable {
    /// Order of the polarities.
    public let variant: String
    /// Pulses a cell.
    public let pulses: Int
    /// Mean of the truth, and of the estimates.
    public let trueMean: Double, estimatedMean: Double
    /// Standard deviation over the array of the truth, and of the estimates.
    public let trueDeviation: Double, estimatedDeviation: Double
    /// Root mean square error over the cells.
    public let rmsError: Double
    /// Truth less estimate of the mean, and exp(-N dw G') of what it was at the start.
    public let meanOffset: Double, predictedMeanOffset: Double
    /// Truth less estimate of the standard deviation, and exp(-N dw G') of the true one: all cells start
    /// alike but for those whose window does not hold the start.
    public let deviationOffset: Double, predictedDeviationOffset: Double
  }

  /// The order of the polarities.
  public let variant: ZeroShifting.Variant
  /// Numbers of pulses a cell, rising; each is a multiple of the first.
  public let pulses: [Int]
  /// The step at weight 0 times the slope G' of the device: the part of a distance that a pulse closes.
  public let rate: Double
  /// The seed of the random polarities.
  public let seed: UInt64

  /// Describes a study; nil if the numbers of pulses do not rise by multiples of the first.
  public init?(_ variant: ZeroShifting.Variant, pulses: [Int], rate: Double, seed: UInt64) {
    guard let first = pulses.first, first >= 2, first.isMultiple(of: 2),
      pulses.allSatisfy({ $0.isMultiple(of: first) }), zip(pulses, pulses.dropFirst()).allSatisfy(<)
    else { return nil }
    self.variant = variant
    self.pulses = pulses
    self.rate = rate
    self.seed = seed
  }

  /// Runs the study on a device whose symmetric points are known.
  public func run(
    on device: MeteredDevice, truth: [Double?],
    progress: @Sendable (_ pulses: Int) async -> Void = { _ in }
  ) async throws -> [Row] {
    let last = pulses[pulses.count - 1]
    // All cells at once, so that half-select exposures are no part of what is studied.
    let search = ZeroShifting(
      variant, pulses: last, seed: seed, checkpoints: last / pulses[0], scheme: .isolated)
    let (record, stop) = try await search.measure(
      on: device, region: device.capabilities.whole(), progress: progress)
    if let stop { throw stop }
    guard let start = ErrorSummary(states: record.states[0], truth: truth) else { return [] }
    return pulses.compactMap { count in
      guard let entry = record.pulses.firstIndex(of: count),
        let summary = ErrorSummary(states: record.ends[entry], truth: truth)
      else { return nil }
      let left = exp(-Double(count) * rate)
      return Row(
        variant: variant.rawValue, pulses: count, trueMean: summary.trueMean,
        estimatedMean: summary.estimatedMean, trueDeviation: summary.trueDeviation,
        estimatedDeviation: summary.estimatedDeviation, rmsError: summary.rmsError,
        meanOffset: summary.trueMean - summary.estimatedMean,
        predictedMeanOffset: (summary.trueMean - start.estimatedMean) * left,
        deviationOffset: summary.trueDeviation - summary.estimatedDeviation,
        predictedDeviationOffset: summary.trueDeviation * left)
    }
  }
}
