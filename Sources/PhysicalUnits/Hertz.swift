/// A frequency in hertz.
public struct Hertz: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "Hz"

  /// The number of hertz.
  public var value: Double

  /// Makes the quantity from a number of hertz.
  public init(_ value: Double) { self.value = value }
}
