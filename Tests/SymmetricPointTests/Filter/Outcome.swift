import DeviceContract
import Foundation
import PulseLedger
import SymmetricPoint

/// What a search found, against the truth.
struct Outcome: CustomStringConvertible {
  let result: SearchResult
  /// Pulses of both polarities in the mean over the cells.
  let pulses: Double
  /// Estimate less truth, of the cells that have a symmetric point and of those that converged.
  let errors: [Double], convergedErrors: [Double]
  /// The part of the intervals that hold the truth, of the cells that have one.
  let cover: Double

  init(_ search: any SymmetricPointSearch, on subject: Subject) async throws {
    result = try await search.run(
      on: MeteredDevice(subject.simulator), region: subject.region, progress: { _ in })
    pulses =
      Double(result.estimates.reduce(0) { $0 + $1.pulses }) / Double(result.estimates.count)
    let pairs = zip(result.estimates, subject.truth).compactMap { estimate, truth in
      truth.map { (estimate: estimate, error: Double(estimate.value) - $0) }
    }
    errors = pairs.map(\.error)
    convergedErrors = pairs.filter { $0.estimate.verdict == .converged }.map(\.error)
    cover =
      Double(pairs.count { abs($0.error) <= Double($0.estimate.halfWidth) }) / Double(pairs.count)
  }

  var description: String {
    let verdicts = SymmetricPointEstimate.Verdict.allCases.compactMap { verdict in
      let count = result.count(of: verdict)
      return count > 0 ? "\(count) \(verdict)" : nil
    }
    let error = errors.isEmpty ? .nan : rms(errors)
    return "\(pulses) pulses a cell, \(result.reads) reads, rms error \(error), cover \(cover), "
      + "innovations \(result.innovationRatio); " + verdicts.joined(separator: ", ")
  }
}

extension ResponseExpectation {
  /// The preset "low-noise".
  static func lowNoise(pulseNoise: Double = 0.3, step: Double = 0.001) -> ResponseExpectation {
    ResponseExpectation(step: step, window: -1...1, pulseNoise: pulseNoise)
  }

  /// The preset "reram-sb".
  static let softBounds = ResponseExpectation(
    step: 0.002, window: -0.75...1.25, pulseNoise: 3.75, writeNoise: 0.112)

  /// The preset "ecram".
  static let ecram = ResponseExpectation(
    step: 0.002, window: -0.8276...1.1724, pulseNoise: 0.3, isNoiseMultiplicative: true,
    slopeSpread: 0.7)
}

/// The noise of a read with which the study was made: 0.2 % of the range.
let quietReads = ("read_noise", "0.002")
