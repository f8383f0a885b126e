/// What cells themselves said when they were asked for their symmetric points (``BracketAudit``).
public struct CampaignAudit: Sendable, Hashable, Codable {
  /// Why so many cells were asked.
  public enum Extent: String, Sendable, Hashable, Codable {
    /// A random part of those that are called converged, and all whose response is not straight.
    case sample
    /// All, since the user wants it.
    case all
    /// All, since what was read of the array does not go with straight responses and the noise that was found.
    case misfit
    /// All, since more of the sample failed than noise lets right ones fail.
    case failures
  }

  /// Why so many.
  public var extent: Extent
  /// Whether each cell passed, row-major; nil for one that was not asked.
  public var passed: [Bool?]
  /// Cells called converged that were drawn for the sample, and those of them that failed.
  public var sampled: Int, sampleFailures: Int
  /// The part of right cells that noise lets fail.
  public var falseAlarms: Double
  /// The chance of as many failures in the sample if all of it is right.
  public var chance: Double

  /// Cells that were asked.
  public var asked: Int { passed.count { $0 != nil } }
  /// Cells that failed.
  public var failed: Int { passed.count { $0 == false } }
}
