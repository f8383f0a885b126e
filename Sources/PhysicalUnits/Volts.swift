/// An electric potential in volts.
public struct Volts: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "V"

  /// The number of volts.
  public var value: Double

  /// Makes the quantity from a number of volts.
  public init(_ value: Double) { self.value = value }
}
