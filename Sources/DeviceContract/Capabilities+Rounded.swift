public import PhysicalUnits

/// The units in which devices report numbers that are no whole numbers: boards have no floating point.
///
/// A number is that of units divided by the units in one, which is the double nearest to the decimal number.
public enum ReportedUnit {
  /// Units in a weight, for the ends of a range.
  public static let weight = 1e9
  /// Units in a weight, for steps and noises.
  public static let fineWeight = 1e12
  /// Units in a volt.
  public static let volt = 1e6
  /// Units in an ampere.
  public static let ampere = 1e9
  /// Units in a siemens.
  public static let siemens = 1e18
  /// Units in a second.
  public static let second = 1e12
  /// Units in a joule.
  public static let joule = 1e15

  /// How many units a number is, rounded to the nearest.
  public static func count(_ value: Double, _ units: Double) -> Double { (value * units).rounded() }
}

extension ConverterCapability {
  /// A converter of a board: a lowest weight, and codes from there on.
  ///
  /// - Parameters:
  ///   - lowest: in ``ReportedUnit/weight``.
  ///   - step: the width of a code, in ``ReportedUnit/fineWeight``; with 0 bits that of the whole range.
  ///   - noise: in ``ReportedUnit/fineWeight``.
  ///   - sampleTime: in ``ReportedUnit/second``.
  public init(
    lowest: Double, step: Double, bits: Int, noise: Double, parallelColumns: Int,
    sampleTime: Double, mostAverages: Int, amplitude: SteppedRange<Volts>
  ) {
    let bottom = lowest / ReportedUnit.weight
    let codes = bits > 0 ? Double((1 << bits) - 1) : 1
    self.init(
      range: bottom...bottom + step / ReportedUnit.fineWeight * codes, bits: bits,
      noise: noise / ReportedUnit.fineWeight, parallelColumns: parallelColumns,
      sampleTime: Seconds(sampleTime / ReportedUnit.second), mostAverages: mostAverages,
      amplitude: amplitude)
  }
}

extension Capabilities {
  /// The same in whole ``ReportedUnit``s, so that a simulator and a board with its numbers agree to the last
  /// bit.
  public var rounded: Capabilities {
    var rounded = self
    let codes = converter.bits > 0 ? Double((1 << converter.bits) - 1) : 1
    let width = converter.range.upperBound - converter.range.lowerBound
    rounded.converter = ConverterCapability(
      lowest: ReportedUnit.count(converter.range.lowerBound, ReportedUnit.weight),
      step: ReportedUnit.count(width / codes, ReportedUnit.fineWeight), bits: converter.bits,
      noise: ReportedUnit.count(converter.noise, ReportedUnit.fineWeight),
      parallelColumns: converter.parallelColumns,
      sampleTime: ReportedUnit.count(converter.sampleTime.value, ReportedUnit.second),
      mostAverages: converter.mostAverages, amplitude: converter.amplitude)
    func siemens(_ value: Siemens) -> Siemens {
      Siemens(
        ReportedUnit.count(value.value, ReportedUnit.siemens) / ReportedUnit.siemens)
    }
    rounded.scale = ConductanceScale(
      atZero: siemens(scale.atZero), perUnit: siemens(scale.perUnit))
    return rounded
  }
}
