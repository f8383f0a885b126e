/// Which way a pulse moves a cell.
public enum Polarity: String, Sendable, Hashable, CaseIterable, Codable {
  /// Potentiation (SET): the conductance rises.
  case up
  /// Depression (RESET): the conductance falls.
  case down

  /// The other way.
  public var opposite: Polarity { self == .up ? .down : .up }

  /// +1 for up, -1 for down.
  public var sign: Int { self == .up ? 1 : -1 }
}
