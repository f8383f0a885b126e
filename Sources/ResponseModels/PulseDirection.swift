/// Which way a pulse moves the state of a cell.
public enum PulseDirection: String, Sendable, Hashable, CaseIterable, Codable {
  /// Towards higher conductance (potentiation).
  case up
  /// Towards lower conductance (depression).
  case down
}
