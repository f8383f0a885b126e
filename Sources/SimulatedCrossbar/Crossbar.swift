import CrossbarKernels
public import DeviceContract
import PhysicalUnits
import ReproducibleNoise
import ResponseModels

/// A simulated crossbar for whoever owns the thread that it is used on; ``SimulatedCrossbar`` is the device for
/// everybody else, and says what is simulated.
///
/// Not `Sendable`, and nothing in it waits: a virtual board fires its pulses here one by one.
public final class Crossbar {
  /// What the simulator can do.
  public let capabilities: Capabilities
  /// The most slots of one outer-product train.
  public let longestBitLine = 1 << 20
  /// How it was built.
  public let settings: SimulatorSettings
  /// The device of each tile, with its derived parameters; all are of one kind.
  let models: [DeviceModel]
  var tiles: [TileCells]
  let memory: ChipMemory
  /// Half-select exposures of the tiles of a chip that is not in a file.
  var exposed: [Int: ExposureSums] = [:]
  /// How often a train is looked at, for a cancel or a read, before its pulses are made lasting.
  ///
  /// What is not yet lasting is taken back when the process is killed: some tens of milliseconds.
  private(set) var roundsPerChange = 8
  let key: SIMD2<UInt32>
  /// The tables of a piecewise response, one pair a tile, where the kernels find them.
  let tables: [(up: CellBuffer<Float>, down: CellBuffer<Float>)]

  /// Builds the crossbar and draws its cells, or opens the one that the file of the settings holds.
  ///
  /// - Throws: ``ModelError`` if the settings contradict each other; with a state file also
  ///   ``StateFileError``, and ``DeviceError/Code/busy`` where another has the chip.
  public convenience init(_ settings: SimulatorSettings) throws {
    try self.init(settings, watch: nil)
  }

  /// As ``init(_:)``; tells a test of every instant at which the state file must be right.
  init(_ settings: SimulatorSettings, watch: (@Sendable (StaticString) -> Void)?) throws {
    var settings = settings
    if let cells = settings.cells {
      (settings.rows, settings.columns) = (cells.rows, cells.columns)
    }
    guard (1...4096).contains(settings.rows), (1...4096).contains(settings.columns) else {
      throw ModelError(
        .wrongSize, at: "array",
        "\(settings.rows) rows and \(settings.columns) columns; 1 to 4096 of each are possible")
    }
    try settings.device.model.validate()
    self.settings = settings
    let models = try settings.models()
    self.models = models
    // Before there is a file: settings that make no device leave none behind.
    _ = try Self.capabilities(of: settings, serialNumber: "")
    let (memory, isNew) = try ChipMemory.open(settings, watch: watch)
    self.memory = memory
    capabilities = try Self.capabilities(
      of: settings, serialNumber: memory.isDurable ? memory.serialNumber : "SIM-\(settings.seed)")
    // A key of its own keeps pulse noise apart from the drawing of cells.
    let words = Philox.words(
      counter: Philox.Words(0x6e6f_6973, 0, 0, 0),
      key: SIMD2(UInt32(truncatingIfNeeded: settings.seed), UInt32(settings.seed >> 32)))
    key = SIMD2(words[0], words[1])
    tables = models.map { (Self.table($0.piecewiseUp), Self.table($0.piecewiseDown)) }
    let fixed = settings
    tiles = (0..<settings.tiles).map {
      TileCells(
        CellSource(tile: $0, settings: fixed, model: models[$0]), in: memory, isNew: isNew)
    }
    if isNew { try memory.file?.publish() }
  }

  /// Turns every output off: there is none.
  ///
  /// A chip in a file is written to the disk.
  public func park() { memory.synchronize() }

  /// The device's own count of pulses for every cell of a region.
  public func odometer(of region: CellRegion) throws(DeviceError) -> CellCounts {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    return CellCounts(
      up: tile.values(of: tile.firedUp, in: region),
      down: tile.values(of: tile.firedDown, in: region))
  }

  /// For tests, which want to see a train in pieces.
  func set(roundsPerChange rounds: Int) { roundsPerChange = rounds }

  /// The rows and columns of a region as plain numbers.
  static func places(of region: CellRegion) -> (rows: Range<Int>, columns: Range<Int>) {
    (
      region.rows.lowerBound.index..<region.rows.upperBound.index,
      region.columns.lowerBound.index..<region.columns.upperBound.index
    )
  }

  /// The view of a tile that the kernels work on.
  func kernelCells(_ tile: TileCells) -> crossbar_cells {
    var cells = crossbar_cells()
    let (model, tables) = (models[tile.tile], tables[tile.tile])
    switch model.kind {
    case .constantStep, .linearStep, .softBounds, .softBoundsPmax: cells.response = CROSSBAR_LINEAR
    case .softBoundsReference: cells.response = CROSSBAR_SOFT_BOUNDS_REFERENCE
    case .expStep: cells.response = CROSSBAR_EXPONENTIAL
    case .powStep, .powStepReference: cells.response = CROSSBAR_POWER
    case .piecewiseStep: cells.response = CROSSBAR_PIECEWISE
    }
    cells.noise = settings.noise ? Float(model.dwMinStd) : 0
    let additive: Bool =
      switch model.kind {
      case .linearStep, .softBounds, .softBoundsPmax, .softBoundsReference: !model.multNoise
      default: false
      }
    (cells.noise_of_step, cells.noise_of_nominal) = additive ? (0, 1) : (1, 0)
    if model.kind == .expStep {
      (cells.std_add, cells.std_slope) = (Float(model.dwMinStdAdd), Float(model.dwMinStdSlope))
      cells.noise_of_weight = model.dwMinStdAdd != 0 || model.dwMinStdSlope != 0 ? 1 : 0
      (cells.exp_a_up, cells.exp_a_down) = (Float(model.expAUp), Float(model.expADown))
      (cells.exp_gamma_up, cells.exp_gamma_down) = (
        Float(model.expGammaUp), Float(model.expGammaDown)
      )
      (cells.exp_a, cells.exp_b) = (Float(model.expA), Float(model.expB))
    }
    (cells.table_up, cells.table_down) = (
      UnsafePointer(tables.up.pointer), UnsafePointer(tables.down.pointer)
    )
    cells.nodes = Int32(tables.up.count)
    (cells.key0, cells.key1, cells.tile) = (key[0], key[1], UInt32(tile.tile))
    cells.stride = Int32(tile.stride)
    cells.weights = tile.weights.pointer
    cells.max_bound = UnsafePointer(tile.maxBound.pointer)
    cells.min_bound = UnsafePointer(tile.minBound.pointer)
    cells.step_up = UnsafePointer(tile.stepUp.pointer)
    cells.step_down = UnsafePointer(tile.stepDown.pointer)
    cells.shape_up = tile.shapeUp.map { UnsafePointer($0.pointer) }
    cells.shape_down = tile.shapeDown.map { UnsafePointer($0.pointer) }
    cells.reference = tile.reference.map { UnsafePointer($0.pointer) }
    cells.conductance_at_zero = Float(capabilities.scale.atZero.value)
    cells.conductance_per_unit = Float(capabilities.scale.perUnit.value)
    cells.fired_up = tile.firedUp.pointer
    cells.fired_down = tile.firedDown.pointer
    cells.life = tile.life.map { UnsafePointer($0.pointer) }
    return cells
  }

  private static func table(_ values: [Double]) -> CellBuffer<Float> {
    let buffer = CellBuffer<Float>(count: values.count, repeating: 0)
    for (index, value) in values.enumerated() { buffer[index] = Float(value) }
    return buffer
  }
}
