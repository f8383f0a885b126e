/// A resistance in ohms.
public struct Ohms: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "Ω"
  /// Other spellings of the unit.
  public static let unitSpellings = ["\u{2126}", "ohm", "Ohm", "ohms"]

  /// The number of ohms.
  public var value: Double

  /// Makes the quantity from a number of ohms.
  public init(_ value: Double) { self.value = value }
}
