import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Testing

@testable import Calibration

/// The study of pulses against error.
@Suite struct StudyTests {
  /// The noise of a pulse is 3.75 steps, and symmetric points are N(0.2, 0.3).
  static func noisy(seed: UInt64) throws -> SimulatorSettings {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-sb")))
    (settings.rows, settings.columns, settings.seed) = (16, 16, seed)
    try settings.set("reference_mean", to: "-0.2")
    try settings.set("reference_std", to: "0.3")
    return settings
  }

  static func run(
    _ settings: SimulatorSettings, _ method: CalibrationMethod, target: Double, mostPulses: Int
  ) async throws -> (study: PulsesErrorStudy, rows: [PulsesErrorStudy.Row]) {
    let array = try #require(ArrayExpectation(of: settings.device))
    let study = PulsesErrorStudy(array, targets: [target], mostPulses: mostPulses)
    let rows = try await study.run(method, seed: settings.seed) {
      let device = try SimulatedCrossbar(settings)
      let truth = try await device.symmetricPoints(of: device.capabilities.whole())
      return PulsesErrorStudy.Subject(MeteredDevice(device), truth: truth, seed: settings.seed)
    }
    return (study, rows)
  }

  /// The mean of the last states comes where the last one never does.
  ///
  /// It has a floor of 6.8 % of the window on this device; the mean is at 5 % after 1,793 pulses in a simulation of
  /// others' making that gives itself 10 %. As much again is for an array of 256 cells with few slow ones, and for
  /// entries that are 40 pulses apart.
  @Test(arguments: [1, 2] as [UInt64])
  func theMeanOfStatesComesBelowTheFloor(seed: UInt64) async throws {
    let (study, rows) = try await Self.run(
      try Self.noisy(seed: seed), .zeroShiftCyclic, target: 0.05, mostPulses: 4_000)
    #expect(rows.map(\.method) == ["zero-shift-cyclic", "zero-shift-cyclic tail"])
    #expect(rows[0].pulses == nil)
    let pulses = try #require(rows[1].pulses)
    print("  seed \(seed): \(pulses) pulses, bound \(study.boundPulses(error: 0.05))")
    #expect((1_793 * 0.8...1_793 * 1.2).contains(pulses))
    #expect(pulses > study.boundPulses(error: 0.05))
  }

  /// By hand: c = 0.3, symmetric points spread by 0.3, a window of 2, slopes of 0.002.
  @Test func boundsByHand() throws {
    let device = DeviceDescription(try Preset.named("low-noise"))
    var array = try #require(ArrayExpectation(of: device))
    (array.noiseFactor, array.spread, array.slope) = (0.3, 0.3, 0.002)
    let study = PulsesErrorStudy(array, targets: [0.01], mostPulses: 100)
    #expect(abs(study.bound(pulses: 100) - 0.015) < 1e-12)
    // One pulse with c = 0.3 is worth as much as the array: the variances 0.09 and 0.09 are halved.
    #expect(abs(study.bound(pulses: 1, knowsArray: true) - 0.5 * (0.09 / 2).squareRoot()) < 1e-12)
    // (0.3 / 0.02)^2 pulses less the one that the array is worth.
    #expect(abs(study.boundPulses(error: 0.01) - 224) < 1e-9)
    #expect(study.boundPulses(error: 0.2) == 0)
    // 8 (0.004)^2 / (100 * 0.002)^2 = 0.0032 besides 0.0009.
    #expect(abs(study.bound(pulses: 100, readError: 0.004) - 0.5 * 0.0041.squareRoot()) < 1e-12)
  }

  /// The array mean is told of for the errors that it leaves, and for no others.
  @Test func theArrayMeanStandsWhereItIsEnough() async throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-sb")))
    (settings.rows, settings.columns) = (16, 16)
    let wide = try await Self.run(settings, .arrayMean, target: 0.03, mostPulses: 4_000)
    // Symmetric points of this preset differ by 0.9 % of the window.
    let row = try #require(wide.rows.first)
    let (error, pulses) = (try #require(row.error), try #require(row.pulses))
    #expect(error < 0.03 && pulses < 4_000)
    let narrow = try await Self.run(settings, .arrayMean, target: 0.002, mostPulses: 4_000)
    #expect(narrow.rows.isEmpty)
  }
}
