public import SymmetricPoint

/// What a campaign came to.
public struct CampaignResult: Sendable {
  /// What it stood on at its end: the plan, or the one that was made anew on the way.
  public var plan: PlannedCalibration
  /// What is known of every cell at the end, and the way of the search there.
  public var found: SearchResult
  /// The parts that were carried out, in order.
  public var stages: [CampaignStage]

  /// What the audit said; nil where there was none.
  public var audit: CampaignAudit?
  /// What the first pulses made of the plan; nil where it was not made anew.
  public var replanning: Replanning?

  /// Describes the end of a campaign.
  public init(
    plan: PlannedCalibration, found: SearchResult, stages: [CampaignStage],
    audit: CampaignAudit? = nil, replanning: Replanning? = nil
  ) {
    (self.plan, self.found, self.stages) = (plan, found, stages)
    (self.audit, self.replanning) = (audit, replanning)
  }
}
