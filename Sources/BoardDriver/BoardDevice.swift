public import BoardTransport
import ByteCoding
public import DeviceContract
import PhysicalUnits
public import WireProtocol

/// A crossbar on a board that speaks the Tare board protocol.
///
/// A train is fired once, whatever is lost on the line: it has the number of its intent, and after a break the
/// board is asked what became of it. Trains of a batch are sent ahead, and still nothing is fired behind one
/// that failed.
public struct BoardDevice: JournaledDevice, OuterProductPulsing, MatrixVectorMultiplying {
  /// What the board says that it can do.
  public let capabilities: Capabilities
  /// The most slots of one outer-product train.
  public let longestBitLine: Int
  let connection: BoardConnection
  let wire: Wire.Capabilities
  /// How often something is begun anew after a break of the link: a line that breaks each time is of no use.
  static let mostTries = 5

  /// Opens a line and asks the board who it is; nothing is fired, and outputs stay off.
  ///
  /// - Parameters:
  ///   - name: what messages call the board, such as its selector.
  ///   - program: name and version of the program, for the board's log.
  ///   - isDry: whether the session fires nothing; only on boards that have dry sessions.
  ///   - open: opens the line, again after it broke.
  /// - Throws: ``DeviceError`` that says what is wrong with the port or the board.
  public static func connect(
    _ name: String, program: String, isDry: Bool = false,
    open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) async throws(DeviceError) -> BoardDevice {
    var settings = BoardConnection.Settings()
    (settings.program, settings.isDry) = (program, isDry)
    let connection = try await BoardConnection.begin(name, settings, open: open)
    do throws(DeviceError) {
      let hello = try await connection.greet()
      guard isDry == (hello.isDry != 0) else { throw .noDrySessions(name) }
      let wire: Wire.Capabilities = try await connection.get("its capabilities") {
        ValueRequest(done: $0)
      }
      return BoardDevice(
        capabilities: try Capabilities(wire, hello), longestBitLine: Int(wire.longestLine),
        connection: connection, wire: wire)
    } catch {
      await connection.end()
      throw error
    }
  }

  /// Gives the line back; the board's outputs go off.
  public func close() async {
    await connection.park()
    await connection.end()
  }

  /// What the line has been like.
  public var statistics: HostLink.Statistics { get async { await connection.statistics } }

  /// Does something while nobody else asks anything of the board.
  func turn<Value: Sendable>(
    _ body: @Sendable (isolated BoardConnection) async throws(DeviceError) -> Value
  ) async throws(DeviceError) -> Value {
    try await turn(connection, body)
  }

  private func turn<Value: Sendable>(
    _ connection: isolated BoardConnection,
    _ body: (isolated BoardConnection) async throws(DeviceError) -> Value
  ) async throws(DeviceError) -> Value {
    await connection.takeTurn()
    defer { connection.giveTurn() }
    return try await body(connection)
  }

  private func get<Value: Sendable>(
    _ what: String,
    _ make: @Sendable (@escaping (Result<Value, SessionFailure>) -> Void) -> ValueRequest<Value>
  ) async throws(DeviceError) -> Value {
    try await turn { connection async throws(DeviceError) in
      try await connection.get(what, tries: Self.mostTries, make)
    }
  }

  // MARK: Reading

  /// Reads the cells of a region.
  public func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try capabilities.check(request)
    if Task.isCancelled {
      throw DeviceError(code: .interrupted, explanation: "the read was cancelled; nothing was read")
    }
    let region = request.region
    let read = Wire.Read(
      request: await connection.nextRequest(), tile: UInt8(region.tile.index),
      row: UInt16(region.rows.lowerBound.index), rows: UInt16(region.rows.count),
      column: UInt16(region.columns.lowerBound.index), columns: UInt16(region.columns.count),
      averages: UInt32(request.averages),
      amplitude: try request.amplitude.map { value throws(DeviceError) in try volts(value) } ?? 0)
    let found: (value: ReadingParts, repeats: Int) = try await turn {
      connection async throws(DeviceError) in
      try await connection.getCounted("a read", tries: Self.mostTries) {
        ValueRequest(read, done: $0)
      }
    }
    var reading = found.value.reading(of: region, by: capabilities.converter)
    reading.repeats = found.repeats
    return reading
  }

  /// The board's own count of pulses for every cell of a region.
  public func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try capabilities.check(region)
    let perBlock = OdometerDigests.cellsPerBlock
    let columns = capabilities.columns
    let firstCell = region.rows.lowerBound.index * columns + region.columns.lowerBound.index
    let lastCell =
      (region.rows.upperBound.index - 1) * columns + region.columns.upperBound.index - 1
    let block = firstCell / perBlock
    // Blocks come whole, and in as many parts as the board's frames need.
    let blocks = (lastCell - block * perBlock) / perBlock + 1
    let cells = min(blocks * perBlock, capabilities.rows * columns - block * perBlock)
    let counts: [Wire.CellCounts] = try await get("its odometer") {
      ValueRequest(countsOf: UInt8(region.tile.index), from: block, cells: cells, done: $0)
    }
    var part = CellCounts(cells: region.count)
    for row in region.rows {
      for column in region.columns {
        let place = row.index * columns + column.index - block * perBlock
        let offset = region.offset(row: row, column: column)
        (part.up[offset], part.down[offset]) = (counts[place].up, counts[place].down)
      }
    }
    return part
  }

  /// The sum of weight times input for every row of the region, or transposed for every column.
  public func multiply(
    _ region: CellRegion, by inputs: [Float], transposed: Bool
  ) async throws(DeviceError) -> [Float] {
    let scaled = try capabilities.checkProduct(region, by: inputs, transposed: transposed)
    guard wire.canMultiply != 0 else {
      throw .refused("\(connection.name): the board multiplies nothing; read the weights instead")
    }
    var input = ByteWriter(reserving: 2 * scaled.count)
    for number in scaled { input.append(number) }
    let multiply = Wire.Multiply(
      request: await connection.nextRequest(), tile: UInt8(region.tile.index),
      row: UInt16(region.rows.lowerBound.index), rows: UInt16(region.rows.count),
      column: UInt16(region.columns.lowerBound.index), columns: UInt16(region.columns.count),
      isTransposed: transposed ? 1 : 0, input: input.bytes)
    // A frame holds the inputs, and 14 bytes before them.
    let most = (Int(await connection.hello?.mostFrame ?? .max) - Wire.frameOverhead - 14) / 2
    guard inputs.count <= most else {
      throw .refused(
        "\(connection.name): a frame of this board holds \(most) inputs of a product, and \(inputs.count) "
          + "were given; multiply parts of the region and add their sums")
    }
    let sums: [Int64] = try await get("a product") { ValueRequest(multiply, done: $0) }
    return sums.map(ProductUnit.weight)
  }

  // MARK: History

  /// Where the board stands.
  public func history() async throws(DeviceError) -> DeviceHistory {
    let hello = try await turn { connection async throws(DeviceError) in
      try await connection.standing()
    }
    return DeviceHistory(
      epoch: hello.epoch, last: hello.taken, oldestKept: hello.oldestKept,
      pulses: PulseTotals(up: Int(clamping: hello.up), down: Int(clamping: hello.down)),
      clock: Seconds(Double(hello.clock) / 1e9))
  }

  /// What became of a train, or nil where the board never had it or no longer keeps it.
  public func outcome(of number: UInt64) async throws(DeviceError) -> JournaledOutcome? {
    let kept: [KeptOutcome] = try await get("an outcome") {
      ValueRequest(outcomesFrom: number, count: 1, done: $0)
    }
    return kept.first.flatMap { kept in
      kept.outcome.map {
        JournaledOutcome(
          number: number, digest: $0.digest, steps: Int($0.steps),
          uncertainSteps: Int($0.uncertainSteps),
          fired: PulseTotals(up: Int(clamping: $0.up), down: Int(clamping: $0.down)),
          uncertain: Int(clamping: $0.uncertain), clock: Seconds(Double(kept.clock) / 1e9))
      }
    }
  }

  /// Checksums of the odometer of a tile.
  public func odometerDigests(of tile: Tile) async throws(DeviceError) -> OdometerDigests {
    try capabilities.check(capabilities.whole(tile: tile))
    let cells = capabilities.rows * capabilities.columns
    let blocks = (cells + OdometerDigests.cellsPerBlock - 1) / OdometerDigests.cellsPerBlock
    let digests: [UInt32] = try await get("checksums of its odometer") {
      ValueRequest(digestsOf: UInt8(tile.index), blocks: blocks, done: $0)
    }
    return OdometerDigests(blocks: digests)
  }
}
