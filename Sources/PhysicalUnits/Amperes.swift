/// An electric current in amperes.
public struct Amperes: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "A"

  /// The number of amperes.
  public var value: Double

  /// Makes the quantity from a number of amperes.
  public init(_ value: Double) { self.value = value }
}
