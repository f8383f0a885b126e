public import PhysicalUnits

/// How the normalised conductance of a device, its weight, is counted in siemens.
public struct ConductanceScale: Sendable, Hashable, Codable {
  /// The conductance at weight 0.
  public var atZero: Siemens
  /// The conductance between weight 0 and weight 1.
  public var perUnit: Siemens

  /// Makes a scale.
  public init(atZero: Siemens, perUnit: Siemens) {
    self.atZero = atZero
    self.perUnit = perUnit
  }

  /// The conductance of a weight; never below 0, which no cell can be.
  public func siemens(_ weight: Double) -> Siemens {
    max(.zero, atZero + perUnit * weight)
  }

  /// The weight of a conductance.
  public func weight(_ conductance: Siemens) -> Double { (conductance - atZero) / perUnit }
}
