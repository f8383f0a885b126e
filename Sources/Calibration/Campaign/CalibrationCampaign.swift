public import DeviceContract
public import PulseLedger
import SymmetricPoint

/// A plan that is carried out, part after part: a search, and what makes its answers worth believing.
///
/// The pulses that it fires follow from the plan and from what is read, and from nothing else: a campaign that was
/// killed and is given again takes from its ledger what was done (``RunReplay``), and comes to the same end.
public struct CalibrationCampaign: Sendable {
  /// What is to be done.
  public let plan: PlannedCalibration

  /// Describes a campaign.
  public init(_ plan: PlannedCalibration) { self.plan = plan }

  /// What the ledger calls it.
  public var name: String { plan.method.rawValue }

  /// What it will cost: the expected case, widened by the best and the worst of all parts.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    plan.search.quote(on: region, of: capabilities)
  }

  /// Carries it out.
  ///
  /// What was measured before a failure or a cancel is kept: ``SearchResult/stoppedBy`` says why it ended early.
  ///
  /// - Parameters:
  ///   - device: the metered device; pulses are booked as ``Cause/calibrate``.
  ///   - region: the cells.
  ///   - pause: asked between two rounds, and waited for: the place to hold a campaign, or to let another one go first.
  ///   - progress: told how far it is, after each round.
  /// - Throws: ``DeviceError`` if the campaign does not fit the limits, or before anything was measured.
  public func run(
    on device: MeteredDevice, region: CellRegion, pause: (@Sendable () async -> Void)? = nil,
    progress: @escaping @Sendable (CampaignProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> CampaignResult {
    try await device.check(quote(on: region, of: device.capabilities), on: region)
    let before = await device.account
    let found = try await plan.search.run(on: device, region: region) { stand in
      await progress(CampaignProgress(part: .search, progress: stand, pulses: stand.pulses))
      await pause?()
    }
    let account = await device.account
    let stage = CampaignStage(
      part: .search, cells: region.count, pulses: account.totals.all - before.totals.all,
      reads: account.reads - before.reads)
    return CampaignResult(plan: plan, found: found, stages: [stage])
  }
}
