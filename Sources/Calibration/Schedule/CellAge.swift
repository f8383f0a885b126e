public import PhysicalUnits

/// What a cell has been through since its symmetric point was measured.
public struct CellAge: Sendable, Hashable, Codable {
  /// Time since then.
  public var time: Seconds
  /// Half-select exposures since then.
  public var exposures: Double
  /// Pulses of both polarities since then.
  public var pulses: Double

  /// Describes an age.
  public init(time: Seconds = .zero, exposures: Double = 0, pulses: Double = 0) {
    (self.time, self.exposures, self.pulses) = (time, exposures, pulses)
  }

  /// The three as numbers.
  var numbers: SIMD3<Double> { SIMD3(time.value, exposures, pulses) }
}
