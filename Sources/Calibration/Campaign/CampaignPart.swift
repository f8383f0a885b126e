public import SymmetricPoint

/// A part of a campaign, in the order in which they follow each other.
public enum CampaignPart: String, Sendable, Hashable, CaseIterable, Codable {
  /// The search for the symmetric points.
  case search
  /// A second search, for the cells that the first one cannot bring to the tolerance.
  case second
  /// The question to some cells whether they are where they are said to be.
  case audit
  /// Zero-shifting of the cells that failed it.
  case fallback
}

/// What a part of a campaign came to.
public struct CampaignStage: Sendable, Hashable, Codable {
  /// The part.
  public var part: CampaignPart
  /// The cells that it was about.
  public var cells: Int
  /// Pulses of both polarities, over all cells.
  public var pulses: Int
  /// Cells read, each counted once a read.
  public var reads: Int

  /// Describes a part that is over.
  public init(part: CampaignPart, cells: Int, pulses: Int, reads: Int) {
    (self.part, self.cells, self.pulses, self.reads) = (part, cells, pulses, reads)
  }
}

/// How far a campaign is.
public struct CampaignProgress: Sendable, Hashable, Codable {
  /// What is being done.
  public var part: CampaignPart
  /// How far that is: its cells, its pulses, its reads.
  public var progress: SearchProgress
  /// Pulses of the whole campaign by then, over all cells.
  public var pulses: Int

  /// Describes a state of progress.
  public init(part: CampaignPart, progress: SearchProgress, pulses: Int) {
    (self.part, self.progress, self.pulses) = (part, progress, pulses)
  }
}
