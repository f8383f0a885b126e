/// An energy in joules.
public struct Joules: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "J"

  /// The number of joules.
  public var value: Double

  /// Makes the quantity from a number of joules.
  public init(_ value: Double) { self.value = value }
}
