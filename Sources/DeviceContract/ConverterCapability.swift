public import PhysicalUnits

/// How cells are read.
public struct ConverterCapability: Sendable, Hashable, Codable {
  /// The lowest and the highest weight that can be told apart.
  public var range: ClosedRange<Double>
  /// Resolution over the range; 0 where the value is not quantised.
  public var bits: Int
  /// Standard deviation of one sample, as a weight.
  public var noise: Double
  /// Columns that are converted at once.
  public var parallelColumns: Int
  /// The time that one sample takes.
  public var sampleTime: Seconds
  /// The most samples that can be averaged into one value.
  public var mostAverages: Int
  /// Settable read amplitudes.
  public var amplitude: SteppedRange<Volts>

  /// Describes a converter.
  public init(
    range: ClosedRange<Double>, bits: Int, noise: Double, parallelColumns: Int,
    sampleTime: Seconds, mostAverages: Int, amplitude: SteppedRange<Volts>
  ) {
    self.range = range
    self.bits = bits
    self.noise = noise
    self.parallelColumns = parallelColumns
    self.sampleTime = sampleTime
    self.mostAverages = mostAverages
    self.amplitude = amplitude
  }

  /// The width of one code, as a weight; 0 where the value is not quantised.
  public var step: Double {
    bits > 0 ? (range.upperBound - range.lowerBound) / Double((1 << bits) - 1) : 0
  }

  /// The weight that a sum of codes over all samples stands for; only where the value is quantised.
  ///
  /// Converters give codes, and codes are added up as whole numbers: so every backend comes to the same bits.
  public func weight(sum: UInt32, averages: Int) -> Float {
    Float(range.lowerBound + step * (Double(sum) / Double(averages)))
  }

  /// The time that a read of a region takes: groups of columns, row by row.
  public func duration(of region: CellRegion, averages: Int) -> Seconds {
    let groups = (region.columns.count + parallelColumns - 1) / max(1, parallelColumns)
    return sampleTime * Double(region.rows.count * groups * averages)
  }
}
