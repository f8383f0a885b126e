import DeviceContract
import Foundation
import PulseLedger
import Testing

@testable import SymmetricPoint

/// What SEEK costs and how honest its intervals are.
@Suite struct SeekTests {
  static func seek(
    _ subject: Subject, tolerance: Double, noise: Double = 0.3, step: Double = 0.001,
    mostPulses: Int = 4_000
  ) async throws -> SearchResult {
    let search = Seek(
      ResponseExpectation(step: step, window: -1...1, pulseNoise: noise),
      tolerance: tolerance, mostPulses: mostPulses, scheme: .isolated)
    return try await search.run(on: MeteredDevice(subject.simulator), region: subject.region)
  }

  /// Pulses for 1 % and 2 % of the range, which is 2: 550 and 360 are wanted, zero-shifting takes 3,330 and 2,370.
  ///
  /// 1,024 cells with the noise of a read 0.2 % of the range. Cover: 95 % of 1,024 cells are 973 with a standard deviation of
  /// 7; 92 % and 98 % are 4.4 of them away, a false alarm of 1e-5.
  @Test(arguments: [(0.01, 550), (0.02, 360)], [1, 2, 3])
  func aFewHundredPulsesAreEnough(aim: (error: Double, pulses: Int), seed: UInt64) async throws {
    let subject = try await Subject("low-noise", seed: seed, options: [("read_noise", "0.002")])
    let tolerance = aim.error == 0.01 ? 0.02 : 0.05
    let result = try await Self.seek(subject, tolerance: tolerance)
    let errors = subject.errors(result.estimates.map(\.value))
    let pulses = Double(result.estimates.reduce(0) { $0 + $1.pulses }) / 1024
    let inside = zip(result.estimates, subject.truth).count { estimate, truth in
      truth.map { abs(Double(estimate.value) - $0) <= Double(estimate.halfWidth) } ?? false
    }
    print(
      "SeekTests: seed \(seed): \(pulses) pulses a cell, \(result.reads) reads, rms error "
        + "\(rms(errors) / 2), intervals hold \(inside), innovations \(result.innovationRatio)")
    #expect(pulses <= Double(aim.pulses))
    #expect(rms(errors) / 2 <= aim.error)
    #expect(inside >= 942)
    // Cells of this device differ in one number out of four; after few bursts the array does not know that yet, and
    // intervals are wider than they need be.
    if aim.error == 0.01 { #expect(inside <= 1004) }
    #expect(result.stoppedBy == nil)
  }
}
