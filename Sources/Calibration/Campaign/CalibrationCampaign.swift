public import DeviceContract
public import PulseLedger
import SymmetricPoint

/// A plan that is carried out, part after part: a search, and what makes its answers worth believing.
///
/// The pulses that it fires follow from the plan and from what is read, and from nothing else: a campaign that was
/// killed and is given again takes from its ledger what was done (``RunReplay``), and comes to the same end; a read that
/// the kill took is made again, with other noise in it, and that is on record.
public struct CalibrationCampaign: Sendable {
  /// What is to be done.
  public let plan: PlannedCalibration

  /// Describes a campaign.
  public init(_ plan: PlannedCalibration) { self.plan = plan }

  /// What the ledger calls it.
  public var name: String { plan.method.rawValue }

  /// What it will cost: the expected case, widened by the best and the worst of all parts.
  ///
  /// Cells that fail the audit are pulsed up and down with what search and audit have left of their worst case.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    var quote = plan.search.quote(on: region, of: capabilities)
    if let second = plan.second { quote = quote + second.quote(on: region, of: capabilities) }
    guard let audit = plan.audit else { return quote }
    quote = quote + audit.quote(cells: audit.mostCells, on: region, of: capabilities)
    quote.perCell = min(quote.perCell + (plan.fallback?.pulses ?? 0), plan.mostPerCell)
    return quote
  }

  /// Carries it out.
  ///
  /// What was measured before a failure or a cancel is kept: ``SearchResult/stoppedBy`` says why it ended early.
  /// No more is fired than the worst case of the quote, and no train that a limit refuses: what does not fit is left
  /// out, and the verdicts of cells say so.
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
    if let refusal = plan.refusal { throw DeviceError(code: .overBudget, explanation: refusal) }
    let quote = quote(on: region, of: device.capabilities)
    try await device.check(quote, on: region)
    var work = await CampaignWork(
      plan, on: device, region, quote: quote, pause: pause ?? {}, progress: progress)
    try await work.search()
    await work.searchAgain()
    await work.audit()
    await work.fallBack()
    return work.result
  }
}
