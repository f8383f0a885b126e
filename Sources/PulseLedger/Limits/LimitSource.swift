/// Limits, and who set them.
public struct LimitSource: Sendable, Hashable {
  /// Who set them, as refusals name it, such as "bench.toml [user]" or "--budget".
  public var name: String
  /// What is allowed.
  public var limits: Limits

  /// Names limits.
  public init(_ name: String, _ limits: Limits) {
    self.name = name
    self.limits = limits
  }
}
