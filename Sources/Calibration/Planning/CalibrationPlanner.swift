public import DeviceContract
import Foundation
import PhysicalUnits
public import PulseLedger
import SymmetricPoint

/// Plans a calibration to a tolerance before its first pulse: the method, what it costs, or why it cannot be.
public struct CalibrationPlanner: Sendable {
  /// What is expected of the array.
  public var array: ArrayExpectation
  /// The error that is good enough.
  public var tolerance: Tolerance
  /// The method; nil for the one that costs the least.
  public var method: CalibrationMethod?
  /// What the least is counted in; nil for time where a limit of time is what leaves the least, and pulses otherwise.
  public var preference: CalibrationPreference?
  /// Samples averaged into each read; nil for as many as the noise asks for.
  public var averages: Int?
  /// Whether rows are read anew before their pulses; nil to leave it to the search.
  public var rereads: Bool?
  /// Which cells are asked in the end whether they are where they are said to be.
  public var audit = AuditWish.usual
  /// Reads on the way of zero-shifting.
  public var checkpoints = 32
  /// What random polarities and samples stand on.
  public var seed: UInt64 = 1

  /// The most pulses of a cell where nobody has set a limit: a tenth of what cells of filamentary ReRAM endure.
  public static let mostPulsesUnasked = 10_000
  /// How many times the mean a cell may get: one in a thousand needs more.
  static let capFactor = 4.0
  /// The same where a budget says how many pulses are too many: three times the noise that was stated asks for nine
  /// times the pulses.
  static let budgetedCapFactor = 10.0
  /// A plan is good to a quarter: limits must allow what is expected and a quarter more.
  public static let margin = 1.25

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
    let left = try await device.allowance(of: .calibrate, on: region)
    var plans: [PlannedCalibration] = []
    for method in methods {
      let draft = SearchDraft(method, self, device.capabilities, region, left)
      var plan = draft.plan(for: aim)
      plan.limits = try await device.verdicts(
        on: CalibrationCampaign(plan).quote(on: region, of: device.capabilities), over: region)
      // Limits that nothing is left of by counting, such as protected cells or the voltage of a pulse.
      if plan.verdict != .refused, plan.limits.contains(where: { !$0.fits }) {
        plan.verdict = .refused
      }
      plans.append(plan)
    }
    let counted = preference ?? (isShortOfTime(plans, left) ? .time : .pulses)
    let cost = { (plan: PlannedCalibration) in
      counted == .time ? plan.expected.time.value : Double(plan.expected.pulses)
    }
    let possible = plans.filter { $0.verdict != .refused }
    let chosen =
      possible.min { cost($0) < cost($1) }
      // What comes nearest to what was asked.
      ?? plans.min { ($0.reachable ?? .infinity) < ($1.reachable ?? .infinity) } ?? plans[0]
    return chosen.explained(among: plans, by: counted)
  }

  /// The methods to be looked at.
  private var methods: [CalibrationMethod] {
    // A step that is larger than the tolerance: no cell can be put where it would tell.
    if let method { return [method] }
    guard array.step <= aim else { return [.arrayMean] }
    // Cells that need no way are where zero-shifting would bring them: its states say nothing of them.
    return array.spread > aim ? [.seek, .sweep, .zeroShiftCyclic] : [.seek, .sweep]
  }

  /// Whether the method that takes the fewest pulses uses up more of a limit of time than of any other one.
  private func isShortOfTime(_ plans: [PlannedCalibration], _ left: PulseAllowance) -> Bool {
    guard let time = left.time,
      let plan = plans.min(by: { $0.expected.pulses < $1.expected.pulses })
    else { return false }
    let cost = plan.expected
    let share = { (asked: Double, left: Double?) in left.map { asked / max($0, 1e-300) } ?? 0 }
    let others = [
      share(Double(cost.pulses), left.pulses.map(Double.init)),
      share(Double(cost.pulsesPerCell), left.perCell.map(Double.init)),
      share(cost.energy.value, left.energy?.value),
    ]
    return share(cost.time.value, time.value) > (others.max() ?? 0)
  }
}
