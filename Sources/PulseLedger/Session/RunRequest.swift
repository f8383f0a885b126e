public import Foundation

/// A run that is to be written down.
public struct RunRequest: Sendable, Hashable {
  /// The file of the run's own ledger.
  public var ledger: String
  /// What no other run has.
  public var id: UUID
  /// The name of the run, such as that of its folder.
  public var name: String
  /// What the trains are fired by, such as zero-shift-cyclic.
  public var algorithm: String
  /// The algorithm's settings and the limits in force, as JSON with sorted keys.
  public var parameters: String

  /// Describes a run.
  public init(ledger: String, id: UUID, name: String, algorithm: String, parameters: String) {
    self.ledger = ledger
    self.id = id
    self.name = name
    self.algorithm = algorithm
    self.parameters = parameters
  }
}
