public import PhysicalUnits

/// What limits the current through a cell.
public struct ComplianceCapability: Sendable, Hashable, Codable {
  /// Who enforces the limit.
  public enum Enforcer: String, Sendable, Hashable, Codable {
    /// A circuit, within the pulse.
    case hardware
    /// A program that reacts between pulses.
    case firmware
    /// Nothing does: a train that asks for a limit is refused.
    case nobody
  }

  /// Who enforces the limit.
  public var enforcer: Enforcer
  /// The limits that can be set; a train must ask for one of them.
  public var setPoints: [Amperes]

  /// Describes a limit.
  public init(enforcer: Enforcer, setPoints: [Amperes] = []) {
    self.enforcer = enforcer
    self.setPoints = setPoints
  }
}
