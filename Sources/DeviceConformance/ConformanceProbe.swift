import DeviceContract

/// What checks need: a connected device, trains made for it, and expectations with an explanation.
struct ConformanceProbe: Sendable {
  let subject: ConformanceSubject
  let device: any PulseDevice
  var capabilities: Capabilities { device.capabilities }

  init(_ subject: ConformanceSubject) async throws {
    self.subject = subject
    device = try await subject.connect()
  }

  /// Fails the check unless the condition holds.
  func expect(_ condition: Bool, _ explanation: @autoclosure () -> String) throws {
    if !condition { throw ConformanceFailure(explanation: explanation()) }
  }

  /// Skips the check unless the device can fire trains of a kind.
  func need(_ kind: PulseTrain.Kind) throws {
    guard capabilities.trainKinds.contains(kind) else {
      throw NotApplicable(explanation: "the device fires no \(kind.rawValue) trains")
    }
  }

  /// A train that fits the device, so that only what a check changes about it can be wrong.
  func train(_ pattern: PulseTrain.Pattern, on region: CellRegion? = nil) -> PulseTrain {
    let scheme = BiasScheme.allCases.first(where: capabilities.biasSchemes.contains)
    return PulseTrain(
      region: region ?? smallRegion, pattern: pattern, shape: capabilities.nominalShape,
      scheme: scheme ?? .halfVoltage, cause: .characterize)
  }

  /// Up to three by four cells away from the first one where the array allows it.
  var smallRegion: CellRegion {
    let rows = min(3, capabilities.rows), columns = min(4, capabilities.columns)
    let (row, column) = (min(1, capabilities.rows - rows), min(2, capabilities.columns - columns))
    return CellRegion(
      rows: Row(row)..<Row(row + rows), columns: Column(column)..<Column(column + columns))
  }

  /// A pattern of one pulse a cell of whatever kind the device can fire.
  var anyPattern: PulseTrain.Pattern {
    if capabilities.trainKinds.contains(.uniform) { return .uniform(.up, count: 1) }
    if capabilities.trainKinds.contains(.alternating) { return .alternating(pairs: 1) }
    return .counts(Array(repeating: 1, count: smallRegion.count))
  }

  /// Applies a train and checks the receipt and the odometer of its whole tile against the train.
  @discardableResult
  func applyAndCount(_ train: PulseTrain) async throws -> Receipt {
    let whole = capabilities.whole(tile: train.region.tile)
    let before = try await device.odometer(of: whole)
    let receipt = try await device.apply(train)
    try expect(
      receipt.fired == train.totals,
      "commanded \(describe(train.totals)), the receipt says \(describe(receipt.fired))")
    try expect(receipt.uncertain == 0, "a train that ran whole has uncertain pulses")
    try expect(receipt.cells == nil, "a train that ran whole came with partial counts")
    let fired = try await device.odometer(of: whole) - before
    try compare(fired, with: train.cellCounts, of: train.region)
    return receipt
  }

  /// Compares the pulses of a tile with what a train meant for each cell, and none for the others.
  func compare(_ fired: CellCounts, with wanted: CellCounts, of region: CellRegion) throws {
    for row in 0..<capabilities.rows {
      for column in 0..<capabilities.columns {
        let cell = row * capabilities.columns + column
        let inside = region.contains(row: Row(row), column: Column(column))
        let offset = inside ? region.offset(row: Row(row), column: Column(column)) : 0
        let up = inside ? wanted.up[offset] : 0, down = inside ? wanted.down[offset] : 0
        try expect(
          fired.up[cell] == up && fired.down[cell] == down,
          "cell (\(row), \(column)): commanded \(up) up and \(down) down, "
            + "counted \(fired.up[cell]) up and \(fired.down[cell]) down")
      }
    }
  }

  /// Runs something that must cost no pulse, on any tile.
  func expectNoPulse(during action: () async throws -> Void) async throws {
    var before: [CellCounts] = []
    for tile in 0..<capabilities.tiles {
      before.append(try await device.odometer(of: capabilities.whole(tile: Tile(tile))))
    }
    try await action()
    for tile in 0..<capabilities.tiles {
      let fired = try await device.odometer(of: capabilities.whole(tile: Tile(tile)))
      try expect(
        fired == before[tile], "pulses were counted on tile \(tile) where none may be fired")
    }
  }

  /// Runs something that must be refused before the first pulse.
  func expectRefusal(_ what: String, _ call: () async throws -> Void) async throws {
    do {
      try await call()
    } catch let error as DeviceError {
      try expect(
        error.code == .refused && error.fired == 0...0,
        "\(what): thrown \(error.code) with \(error.fired) pulses instead of a refusal")
      return
    }
    throw ConformanceFailure(explanation: "\(what) was not refused")
  }

  func describe(_ totals: PulseTotals) -> String { "\(totals.up) up and \(totals.down) down" }
}
