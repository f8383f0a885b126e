public import PhysicalUnits

/// What a device can do, as the device itself reports it; never guessed from a name.
public struct Capabilities: Sendable, Hashable, Codable {
  /// Who the device is.
  public var identity: DeviceIdentity
  /// Number of crossbars.
  public var tiles: Int
  /// Word lines of each tile.
  public var rows: Int
  /// Bit lines of each tile.
  public var columns: Int
  /// The trains that it can fire by itself.
  public var trainKinds: Set<PulseTrain.Kind>
  /// Settable amplitudes.
  public var amplitude: SteppedRange<Volts>
  /// Settable widths.
  public var width: SteppedWidths
  /// Settable rise and fall times.
  public var edge: SteppedWidths
  /// Settable periods.
  public var period: SteppedWidths
  /// What limits the current.
  public var compliance: ComplianceCapability
  /// How cells are read.
  public var converter: ConverterCapability
  /// The shortest pulse whose current can be measured, or nil if none can.
  public var shortestMeasurablePulse: PulseWidth?
  /// The most slots that one train may take.
  public var longestTrain: Int
  /// How idle lines can be held.
  public var biasSchemes: Set<BiasScheme>
  /// Trains that can wait in the device behind the one that runs.
  public var queueDepth: Int
  /// What happens to the device's own pulse counters when power fails.
  public var counterDurability: CounterDurability
  /// How weights are counted in siemens.
  public var scale: ConductanceScale
  /// The pulse that the device was characterised with: the one to use where the caller has no other.
  public var nominalShape: PulseShape

  /// Describes a device.
  public init(
    identity: DeviceIdentity, tiles: Int, rows: Int, columns: Int,
    trainKinds: Set<PulseTrain.Kind>, amplitude: SteppedRange<Volts>, width: SteppedWidths,
    edge: SteppedWidths, period: SteppedWidths, compliance: ComplianceCapability,
    converter: ConverterCapability, shortestMeasurablePulse: PulseWidth? = nil,
    longestTrain: Int, biasSchemes: Set<BiasScheme>, queueDepth: Int,
    counterDurability: CounterDurability, scale: ConductanceScale, nominalShape: PulseShape
  ) {
    self.identity = identity
    self.tiles = tiles
    self.rows = rows
    self.columns = columns
    self.trainKinds = trainKinds
    self.amplitude = amplitude
    self.width = width
    self.edge = edge
    self.period = period
    self.compliance = compliance
    self.converter = converter
    self.shortestMeasurablePulse = shortestMeasurablePulse
    self.longestTrain = longestTrain
    self.biasSchemes = biasSchemes
    self.queueDepth = queueDepth
    self.counterDurability = counterDurability
    self.scale = scale
    self.nominalShape = nominalShape
  }

  /// Cells of all tiles.
  public var cells: Int { tiles * rows * columns }

  /// All cells of a tile.
  public func whole(tile: Tile = 0) -> CellRegion {
    .whole(tile: tile, rows: rows, columns: columns)
  }
}
