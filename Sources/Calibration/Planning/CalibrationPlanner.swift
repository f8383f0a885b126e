public import DeviceContract
import Foundation
public import PulseLedger
import SymmetricPoint

/// Plans a calibration to a tolerance before its first pulse: the method, what it costs, or why it cannot be.
public struct CalibrationPlanner: Sendable {
  /// What is expected of the array.
  public var array: ArrayExpectation
  /// The error that is good enough.
  public var tolerance: Tolerance
  /// The method; nil for the one that costs the least pulses.
  public var method: CalibrationMethod?
  /// Samples averaged into each read; nil for as many as the noise asks for.
  public var averages: Int?
  /// Reads on the way of zero-shifting.
  public var checkpoints = 32
  /// What random polarities stand on.
  public var seed: UInt64 = 1

  /// The most pulses of a cell where nobody has set a limit: a tenth of what cells of filamentary ReRAM endure.
  public static let mostPulsesUnasked = 10_000
  /// How many times the mean a cell may get: one in a thousand needs more.
  static let capFactor = 4.0

  /// Describes a plan to be made.
  public init(_ array: ArrayExpectation, tolerance: Tolerance) {
    self.array = array
    self.tolerance = tolerance
  }

  /// The tolerance as a weight.
  var aim: Double { tolerance.weight(range: array.response.range) }

  /// Makes the plan; nothing is fired, and nothing is read.
  ///
  /// - Throws: ``DeviceError/Code/refused`` for a region outside the array, or where limits are those of another one.
  public func plan(
    on device: MeteredDevice, region: CellRegion
  ) async throws(DeviceError) -> PlannedCalibration {
    let methods = method.map { [$0] } ?? [.seek, .zeroShiftCyclic]
    var candidates: [PlannedCalibration] = []
    for method in methods {
      let candidate = try await candidate(method, on: device, region)
      if candidate.verdict == .measures { return candidate.explained(after: candidates) }
      candidates.append(candidate)
    }
    // What comes nearest to what was asked.
    let nearest = candidates.min {
      ($0.reachable ?? .infinity) < ($1.reachable ?? .infinity)
    }
    return (nearest ?? candidates[0]).explained(after: [])
  }

  private func candidate(
    _ method: CalibrationMethod, on device: MeteredDevice, _ region: CellRegion
  ) async throws(DeviceError) -> PlannedCalibration {
    let capabilities = device.capabilities
    let draft = SearchDraft(method, self, capabilities)
    let allowed = try await allowed(draft, on: device, region)
    let wanted = draft.cost.pulses(for: aim)
    let most = allowed ?? Self.mostPulsesUnasked
    var verdict = PlannedCalibration.Verdict.measures
    var reachable: Double?
    if array.step > aim {
      verdict = .priorOnly
      reachable = nil
    } else if wanted.map({ $0.expected > Double(most) }) ?? true {
      verdict = .refused
      reachable = draft.cost.error(after: Double(most))
    }
    let pulses =
      wanted ?? SearchPulses(best: Double(most), expected: Double(most), worst: Double(most))
    let cap = verdict == .measures ? min(most, draft.cap(pulses)) : draft.cap(pulses)
    let costs = draft.costs(pulses, cap: cap, of: region)
    let worst = draft.quote(pulses: cap, reads: costs.worst.reads, of: region)
    return PlannedCalibration(
      verdict: verdict, tolerance: aim, range: array.response.range, method: method,
      reason: draft.reason, remarks: [], search: draft.search(cap), best: costs.best,
      expected: costs.expected, worst: costs.worst, allowed: allowed, reachable: reachable,
      array: array, limits: try await device.verdicts(on: worst, over: region))
  }

  /// The most pulses of a cell that all limits allow: what a campaign costs grows with them.
  private func allowed(
    _ draft: SearchDraft, on device: MeteredDevice, _ region: CellRegion
  ) async throws(DeviceError) -> Int? {
    var (low, high) = (0, 1 << 30)
    let verdicts = { (pulses: Int) async throws(DeviceError) -> [LimitVerdict] in
      try await device.verdicts(
        on: draft.quote(pulses: pulses, reads: 1, of: region), over: region)
    }
    let isLimited = try await verdicts(1).contains { $0.spent != nil }
    guard isLimited else { return nil }
    while low < high {
      let middle = low + (high - low + 1) / 2
      let fits = try await verdicts(middle).allSatisfy { $0.fits || $0.spent == nil }
      if fits { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
