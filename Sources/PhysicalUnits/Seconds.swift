/// A duration in seconds, for times that are measured or computed; see ``PulseWidth`` for set ones.
public struct Seconds: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "s"

  /// The number of seconds.
  public var value: Double

  /// Makes the quantity from a number of seconds.
  public init(_ value: Double) { self.value = value }
}
