import Calibration
import DeviceContract
import PulseLedger
import SymmetricPoint

/// A calibration to a tolerance, from what the user asked for to a plan.
struct ToleranceCampaign {
  let options: DeviceOptions
  let aim: ToleranceOptions
  let tolerance: Tolerance
  let method: CalibrationMethod?
  let averages: Int?
  let checkpoints: Int
  /// The run that is built on; nil for a calibration anew.
  var refresh: Refresh?

  /// The plan for a device, with all limits and what the chip has seen; nothing is fired.
  func plan(
    _ opened: OpenedDevice, _ region: CellRegion, _ session: RunSession.Plan
  ) async throws -> PlannedCalibration {
    let device = opened.device
    var planner = CalibrationPlanner(try aim.expectation(options), tolerance: tolerance)
    (planner.method, planner.averages) = (method, averages)
    (planner.checkpoints, planner.seed) = (checkpoints, opened.seed)
    try aim.prepare(&planner)
    let metered = MeteredDevice(
      device, limits: session.limits, lifetime: try RunSession.past(of: device, session))
    guard let refresh else { return try await planner.plan(on: metered, region: region) }
    let standing = try refresh.standing(
      of: device, region, session, range: planner.array.response.range)
    var plan = try await planner.refresh(
      standing.estimates, due: standing.due, on: metered, region: region)
    plan.remarks += standing.remarks
    return plan
  }

  /// Refuses what the limits do not allow.
  func refuse(_ plan: PlannedCalibration) throws {
    if let refusal = plan.refusal { throw CommandFailure(.checkFailed, refusal) }
  }
}
