/// An amplitude times a width in volt seconds, the stress that one pulse puts on a cell.
public struct VoltSeconds: PhysicalQuantity {
  /// The symbol of the unit.
  public static let unitSymbol = "V s"
  /// The unit without the space, or with a point.
  public static let unitSpellings = ["Vs", "V·s", "V*s"]

  /// The number of volt seconds.
  public var value: Double

  /// Makes the quantity from a number of volt seconds.
  public init(_ value: Double) { self.value = value }
}

/// The stress of a pulse.
public func * (voltage: Volts, time: Seconds) -> VoltSeconds {
  VoltSeconds(voltage.value * time.value)
}
