import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Testing

@testable import Calibration

/// What is planned for the presets of the literature, before the first pulse.
@Suite struct PlannerTests {
  static func device(
    _ preset: String, limits: LimitSet = .unlimited, options: [(String, String)] = []
  ) throws -> MeteredDevice {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
    (settings.rows, settings.columns) = (32, 32)
    for (name, value) in options { try settings.set(name, to: value) }
    return MeteredDevice(try SimulatedCrossbar(settings), limits: limits)
  }

  static func expectation(_ preset: String) throws -> ArrayExpectation {
    let device = DeviceDescription(try Preset.named(preset))
    return try #require(ArrayExpectation(of: device))
  }

  static func plan(
    _ preset: String, _ tolerance: String, budget: String? = nil, endurance: Double? = nil,
    method: CalibrationMethod? = nil, options: [(String, String)] = []
  ) async throws -> PlannedCalibration {
    let array = try expectation(preset)
    var planner = CalibrationPlanner(array, tolerance: try #require(Tolerance(text: tolerance)))
    planner.method = method
    var limits: [LimitSource] = []
    if let budget {
      var asked = try PulseBudget(parsing: budget).limits
      asked.endurance = endurance
      limits = [LimitSource("--budget", asked)]
    }
    let device = try device(preset, limits: try LimitSet(limits), options: options)
    return try await planner.plan(on: device, region: device.capabilities.whole())
  }

  /// The three verdicts of the field at 1 % of the window.
  @Test func threeDevicesThreeVerdicts() async throws {
    let quiet = try await Self.plan("low-noise", "1%")
    #expect(quiet.verdict == .measures && quiet.method == .seek && quiet.refusal == nil)
    let noisy = try await Self.plan("reram-sb", "1%")
    #expect(noisy.verdict == .refused)
    let refusal = try #require(noisy.refusal)
    #expect(refusal.contains("10000") && refusal.contains("--tolerance"), "\(refusal)")
    // The way out that the refusal names is one.
    #expect(refusal.contains("--method array-mean"))
    let mean = try await Self.plan("reram-sb", "1%", method: .arrayMean)
    #expect(mean.verdict == .priorOnly && mean.refusal == nil, "\(mean.refusal ?? "")")
    let coarse = try await Self.plan("reram-hfo2", "1%")
    #expect(coarse.verdict == .priorOnly)
    #expect(coarse.remarks.contains { $0.contains("array mean is all that can be known") })
  }

  /// 1 % takes 30,300 pulses at the bound and 34,400 by the best method known, in a simulation of others' making.
  @Test func whatNoiseAsksForIsKnownBefore() async throws {
    let array = try Self.expectation("reram-sb")
    let noise = array.noisePulses(for: 0.01 * array.response.range, cells: 1 << 30)
    // Its symmetric points differ by less than that: the array says enough, once it is known.
    #expect(array.spread < 0.01 * array.response.range && noise < 1_000)
    var apart = array
    apart.spread = 10
    let alone = SeekCost(expected: apart, readVariance: 0, cells: 1_024)
    let wanted = try #require(alone.pulses(for: 0.02))
    #expect((27_000...42_000).contains(wanted.expected))
    let low = try await Self.plan("low-noise", "1%")
    // The same simulation: 532 to 662, and 410 to 550 by the search that is in this house.
    #expect((400...660).contains(low.expected.pulsesPerCell))
    #expect(low.best.pulsesPerCell < low.expected.pulsesPerCell)
    #expect(low.expected.pulsesPerCell < low.worst.pulsesPerCell)
  }

  /// What is offered is granted when it is asked for, whatever is short.
  @Test(
    arguments: [
      ("reram-sb", "2000/cell", nil), ("reram-sb", "2 % of life", 1e6),
      ("reram-es", "8000/cell", nil),
      ("low-noise", "400/cell", nil), ("low-noise", "500k", nil), ("ecram", "1500/cell,1G", nil),
      ("low-noise", "3 uJ", nil), ("reram-sb", "20 uJ", nil),
    ] as [(String, String, Double?)])
  func anOfferIsGranted(preset: String, budget: String, endurance: Double?) async throws {
    let plan = try await Self.plan(preset, "0.2%", budget: budget, endurance: endurance)
    #expect(plan.verdict == .refused)
    let offer = try #require(plan.offer, "\(plan.refusal ?? "")")
    #expect(offer > 0.002)
    let second = try await Self.plan(
      preset, String(format: "%.3g%%", 100 * offer), budget: budget, endurance: endurance)
    #expect(second.verdict == .measures, "\(second.refusal ?? "")")
    #expect(!second.limits.contains { !$0.fits })
    // And no more was left out than rounding asks for: a tenth less is refused.
    let less = try await Self.plan(
      preset, String(format: "%.3g%%", 85 * offer), budget: budget, endurance: endurance)
    #expect(less.verdict != .measures)
  }

  /// Last states of noisy cells never come below the noise of the state, 6.8 % of the window for this device: the
  /// mean of the last ones does, with 1.5 to 2 times the pulses of the bound of 1,213.
  @Test func zeroShiftingHasAFloor() async throws {
    let noisy = try await Self.plan(
      "reram-sb", "5%", budget: "1M/cell", method: .zeroShiftCyclic)
    #expect(noisy.verdict == .measures)
    #expect((1_500...3_000).contains(noisy.expected.pulsesPerCell))
    let cost = ZeroShiftingCost(
      expected: noisy.array, readVariance: 0, isStochastic: false, isAveraged: false)
    #expect(abs(cost.floor.squareRoot() / 2 - 0.057) < 0.012)
    #expect(cost.pulses(for: 0.1) == nil)
    // 3,330 pulses are known to take all cells to 1 %, most to better than that.
    let quiet = try await Self.plan("low-noise", "1%", method: .zeroShiftCyclic)
    #expect(quiet.verdict == .measures)
    #expect((2_000...4_500).contains(quiet.expected.pulsesPerCell))
  }

  @Test(arguments: Preset.all.map(\.name))
  func expectationsComeFromTheDescription(preset: String) throws {
    let device = DeviceDescription(try Preset.named(preset))
    let array = ArrayExpectation(of: device)
    if device.model.kind == .constantStep {
      #expect(array == nil)
      return
    }
    let found = try #require(array)
    #expect(abs(found.response.range - (device.model.wMax - device.model.wMin)) < 1e-12)
    #expect(found.response.step > 0 && found.noiseFactor > 0 && found.slope > 0)
    #expect(found.leastNoiseFactor <= found.mostNoiseFactor && found.leastSlope <= found.slope)
  }

  /// By hand: steps of 0.001 (1 -+ v), noise 0.3 of 0.001, symmetric points N(0.2, 0.3).
  @Test func softBoundsByHand() throws {
    let array = try Self.expectation("low-noise")
    #expect(abs(array.noiseFactor - 0.3) < 1e-6 && abs(array.slope - 0.002) < 1e-9)
    #expect(abs(array.step - 0.001) < 1e-9)
    // 1,024 cells: standard errors of 0.0094 and 0.0066; four of them.
    #expect(abs(array.mean - 0.2) < 0.038 && abs(array.spread - 0.3) < 0.027)
    #expect(abs(array.response.window.lowerBound + 0.8) < 1e-12)
    #expect(abs(array.response.pulseNoise - 0.3) < 1e-9)
  }

  @Test(
    arguments: [
      ("1%", 0.02), ("0.5 %", 0.01), ("0.03", 0.03), ("50%", 1), ("0", nil), ("-1%", nil),
      ("51%", nil), ("inf", nil), ("one", nil), ("%", nil),
    ] as [(String, Double?)])
  func tolerancesAreRead(text: String, weight: Double?) {
    #expect(Tolerance(text: text).map { $0.weight(range: 2) } == weight)
  }
}
