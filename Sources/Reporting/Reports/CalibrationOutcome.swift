public import Calibration
public import DeviceContract
public import SymmetricPoint

/// What a calibration found, whichever way it went.
public struct CalibrationOutcome: Sendable {
  /// The cells.
  public let region: CellRegion
  /// One estimate a cell, row-major.
  public let estimates: [SymmetricPointEstimate]
  /// Why it ended before it was done; nil where it ran to its end.
  public let stoppedBy: DeviceError?
  /// The states on the way of zero-shifting for a number of pulses.
  let record: RelaxationRecord?
  /// The way of a search to a tolerance, and its plan.
  public var search: (found: SearchResult, plan: PlannedCalibration)? {
    campaign.map { ($0.found, $0.plan) }
  }
  /// The parts of a campaign beside its search.
  let campaign: CampaignResult?

  /// What zero-shifting for a number of pulses found.
  public init(_ result: ZeroShiftingResult) {
    (region, estimates, stoppedBy) = (result.region, result.estimates, result.stoppedBy)
    (record, campaign) = (result.record, nil)
  }

  /// What a campaign came to.
  public init(_ result: CampaignResult) {
    let found = result.found
    (region, estimates, stoppedBy) = (found.region, found.estimates, found.stoppedBy)
    (record, campaign) = (nil, result)
  }

  /// Why a campaign was given up that the first pulses have shown to be beyond the limits.
  public var givenUp: String? {
    guard let campaign, campaign.replanning?.verdict == .outOfReach else { return nil }
    return campaign.replanning?.text(campaign.plan)
  }

  /// How many estimates have a verdict.
  public func count(of verdict: SymmetricPointEstimate.Verdict) -> Int {
    estimates.count { $0.verdict == verdict }
  }

  /// Pulses of a cell in the mean.
  public var meanPulses: Double {
    Double(estimates.reduce(0) { $0 + $1.pulses }) / Double(max(1, estimates.count))
  }
}
