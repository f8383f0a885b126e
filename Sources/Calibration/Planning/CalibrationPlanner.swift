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
    // A step that is larger than the tolerance: no cell can be put where it would tell.
    let methods =
      method.map { [$0] } ?? (array.step > aim ? [.arrayMean] : [.seek, .sweep, .zeroShiftCyclic])
    var candidates: [PlannedCalibration] = []
    for method in methods {
      let candidate = try await candidate(method, on: device, region)
      if candidate.verdict != .refused { return candidate.explained(after: candidates) }
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
    if wanted.map({ $0.expected > Double(most) }) ?? true {
      verdict = .refused
      reachable = method == .arrayMean ? nil : draft.cost.error(after: Double(most))
    } else if method == .arrayMean {
      verdict = .priorOnly
    }
    let pulses =
      wanted ?? SearchPulses(best: Double(most), expected: Double(most), worst: Double(most))
    let cap = verdict != .refused ? min(most, draft.cap(pulses)) : draft.cap(pulses)
    let costs = draft.costs(pulses, cap: cap, of: region)
    let worst = draft.quote(pulses: cap, reads: costs.worst.reads, of: region)
    return PlannedCalibration(
      verdict: verdict, tolerance: aim, range: array.response.range, method: method,
      reason: draft.reason, remarks: [], search: draft.search(cap), best: costs.best,
      expected: costs.expected, worst: costs.worst, allowed: allowed, reachable: reachable,
      array: array, limits: try await device.verdicts(on: worst, over: region))
  }

  /// The most pulses of a cell that all limits allow; nil where nothing that is spent is limited.
  ///
  /// What a campaign asks grows with its pulses in a straight line, which two quotes show; a third one is the proof.
  private func allowed(
    _ draft: SearchDraft, on device: MeteredDevice, _ region: CellRegion
  ) async throws(DeviceError) -> Int? {
    let verdicts = { (pulses: Int) async throws(DeviceError) -> [LimitVerdict] in
      try await device.verdicts(
        on: draft.quote(pulses: pulses, reads: 1, of: region), over: region
      ).filter { $0.spent != nil }
    }
    let (near, far) = (1_000, 2_000)
    let (first, second) = (try await verdicts(near), try await verdicts(far))
    guard !first.isEmpty else { return nil }
    var most = Double(Self.mostPulsesEver)
    for (one, two) in zip(first, second) {
      guard let less = one.asked, let more = two.asked, more > less else { continue }
      let each = (more - less) / Double(far - near)
      most = min(most, (one.left - (less - each * Double(near))) / each)
    }
    var count = Int(max(0, most * (1 + 1e-9)))
    while count > 0, try await verdicts(count).contains(where: { !$0.fits }) {
      // Quotes of few pulses are not quite on the line; pairs are even.
      count -= max(1, count / 200)
    }
    return count
  }

  private static let mostPulsesEver = 1 << 30
}
