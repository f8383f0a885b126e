import Foundation
import SymmetricPoint
import Testing

/// What zero-shifting cannot get below: prediction P3 for a device with F = 1, G' = 1.
@Suite struct FloorTests {
  /// Stochastic: sqrt(dw / 2 G').
  ///
  /// 1,024 independent cells know an rms to 2.2 %; 4.5 of that are 10 %
  /// (false alarm 7e-6).
  @Test(arguments: [1, 2])
  func stochastic(seed: UInt64) async throws {
    print("seed \(seed)")
    let step = 0.002
    let subject = try await Subject(
      "low-noise", seed: seed, options: [("noise", "off"), ("dw_min", "\(step)")])
    let record = try await subject.zeroShift(.stochastic, pulses: 4000, seed: seed, checkpoints: 4)
    let found = rms(subject.errors(record.ends[record.ends.count - 1]))
    #expect(abs(found / (step / 2).squareRoot() - 1) < 0.10, "rms \(found)")
  }

  /// Cyclic without noise: half a step, to terms of order dw and what exp(-10) leaves of the start.
  @Test func cyclicWithoutNoise() async throws {
    let subject = try await Subject("low-noise", seed: 3, options: [("noise", "off")])
    let record = try await subject.zeroShift(.cyclic, pulses: 10_000, checkpoints: 4)
    let found = rms(subject.errors(record.ends[record.ends.count - 1]))
    #expect(abs(found / 0.0005 - 1) < 0.05, "rms \(found)")
  }

  /// Cyclic with additive cycle-to-cycle noise: sigma sqrt(dw / 2 G'), and half a step in quadrature.
  ///
  /// Tolerance as above.
  @Test(arguments: [1, 2, 3])
  func cyclicWithNoise(seed: UInt64) async throws {
    print("seed \(seed)")
    let subject = try await Subject(
      "low-noise", seed: seed, options: [("read_noise", "0"), ("adc_bits", "0")])
    let record = try await subject.zeroShift(.cyclic, pulses: 10_000, checkpoints: 4)
    let found = rms(subject.errors(record.ends[record.ends.count - 1]))
    let expected = (0.3 * 0.3 * 0.001 / 2 + 0.0005 * 0.0005).squareRoot()
    #expect(abs(found / expected - 1) < 0.10, "rms \(found)")
  }

  /// Halving the step halves the square of the stochastic floor: twice the tolerance of one rms.
  @Test func theSquareOfTheFloorIsProportionalToTheStep() async throws {
    var floors: [Double] = []
    for step in [0.008, 0.004] {
      let subject = try await Subject(
        "low-noise", seed: 9, options: [("noise", "off"), ("dw_min", "\(step)")])
      let record = try await subject.zeroShift(
        .stochastic, pulses: Int(8 / step), seed: 9, checkpoints: 4)
      floors.append(rms(subject.errors(record.ends[record.ends.count - 1])))
    }
    #expect(abs(floors[0] / floors[1] / 2.0.squareRoot() - 1) < 0.14)
  }
}
