public import DeviceContract
import PhysicalUnits
public import ResponseModels

/// A crossbar in memory: the response functions of the field behind the contract of a real device.
///
/// Noise is counter-based. Each random number belongs to a cell and to the number of pulses (or read
/// samples) that this cell has had, so that equal seeds give equal bits on any number of threads, in any
/// order of unrelated trains, and however a train is split. A train of any other amplitude or width than
/// the one that the response was measured with is refused, because nothing is known about it.
///
/// With ``SimulatorSettings/state`` the chip lives in a file. A process that is killed at any instant
/// leaves a chip whose states, counters and journal are those after some whole part of a train; a power
/// failure of the host may lose what was not yet on the disk, since only ``park()`` and the end of the
/// object wait for it.
public actor SimulatedCrossbar: OuterProductPulsing, MatrixVectorMultiplying, JournaledDevice {
  /// What can happen to a tile besides pulses.
  public typealias Event = Crossbar.Event

  /// What the simulator can do.
  public nonisolated let capabilities: Capabilities
  /// The most slots of one outer-product train.
  public nonisolated let longestBitLine: Int
  /// How it was built.
  public nonisolated let settings: SimulatorSettings
  /// The simulation itself.
  let crossbar: Crossbar

  /// Builds the crossbar and draws its cells, or opens the one that the file of the settings holds.
  ///
  /// - Throws: ``ModelError`` if the settings contradict each other; with a state file also
  ///   ``StateFileError``, and ``DeviceError/Code/busy`` where another has the chip.
  public init(_ settings: SimulatorSettings) throws {
    try self.init(settings, watch: nil)
  }

  /// As ``init(_:)``; tells a test of every instant at which the state file must be right.
  init(_ settings: SimulatorSettings, watch: (@Sendable (StaticString) -> Void)?) throws {
    crossbar = try Crossbar(settings, watch: watch)
    (capabilities, longestBitLine) = (crossbar.capabilities, crossbar.longestBitLine)
    self.settings = crossbar.settings
  }

  /// For tests, which want to see a train in pieces.
  func set(roundsPerChange rounds: Int) { crossbar.set(roundsPerChange: rounds) }

  /// Fires a train under the next number; see ``PulseDevice/apply(_:)``.
  public func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt {
    try crossbar.apply(train)
  }

  /// Fires a train under a number; see ``JournaledDevice/apply(_:number:)``.
  public func apply(_ train: PulseTrain, number: UInt64) throws(DeviceError) -> Receipt {
    try crossbar.apply(train, number: number)
  }

  /// Reads the cells of a region; see ``PulseDevice/read(_:)``.
  public func read(_ request: ReadRequest) throws(DeviceError) -> Reading {
    try crossbar.read(request)
  }

  /// Multiplies a region with a vector; see ``MatrixVectorMultiplying/multiply(_:by:transposed:)``.
  public func multiply(
    _ region: CellRegion, by inputs: [Float], transposed: Bool
  ) throws(DeviceError) -> [Float] {
    try crossbar.multiply(region, by: inputs, transposed: transposed)
  }

  /// The device's own count of pulses for every cell of a region.
  public func odometer(of region: CellRegion) throws(DeviceError) -> CellCounts {
    try crossbar.odometer(of: region)
  }

  /// Turns every output off: there is none.
  ///
  /// A chip in a file is written to the disk.
  public func park() { crossbar.park() }

  /// Where the chip stands; see ``JournaledDevice/history()``.
  public func history() throws(DeviceError) -> DeviceHistory { try crossbar.history() }

  /// What became of a train; see ``JournaledDevice/outcome(of:)``.
  public func outcome(of number: UInt64) throws(DeviceError) -> JournaledOutcome? {
    try crossbar.outcome(of: number)
  }

  /// Checksums of the odometer of a tile.
  public func odometerDigests(of tile: Tile) throws(DeviceError) -> OdometerDigests {
    try crossbar.odometerDigests(of: tile)
  }
}

// What only a simulator can tell or do.
extension SimulatedCrossbar {
  /// The true symmetric point of every cell of a region, row-major; nil for cells that have none.
  public func symmetricPoints(of region: CellRegion) throws(DeviceError) -> [Double?] {
    try crossbar.symmetricPoints(of: region)
  }

  /// The hidden parameters of every cell of a region, as it was built.
  public func hiddenParameters(of region: CellRegion) throws(DeviceError) -> CellParameters {
    try crossbar.hiddenParameters(of: region)
  }

  /// The states that pulses move, without write noise and read noise, row-major.
  public func states(of region: CellRegion) throws(DeviceError) -> [Float] {
    try crossbar.states(of: region)
  }

  /// How often every cell of a region has been half-selected, row-major.
  public func exposures(of region: CellRegion) throws(DeviceError) -> [UInt32] {
    try crossbar.exposures(of: region)
  }

  /// Puts weights into the cells of a region without pulses; cells hold them between their bounds.
  public func setStates(_ weights: [Float], of region: CellRegion) throws(DeviceError) {
    try crossbar.setStates(weights, of: region)
  }

  /// Lets an event happen to all cells of a tile, and redraws the write noise of all of them.
  public func undergo(_ event: Event, tile number: Tile = 0) throws(DeviceError) {
    try crossbar.undergo(event, tile: number)
  }
}
