/// A conductance in siemens.
public struct Siemens: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "S"

  /// The number of siemens.
  public var value: Double

  /// Makes the quantity from a number of siemens.
  public init(_ value: Double) { self.value = value }
}
