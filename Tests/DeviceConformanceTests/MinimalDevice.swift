import DeviceContract
import PhysicalUnits

/// As little as the protocol asks for: counters, one number a cell, and nothing in parallel.
///
/// With a fault it breaks one sentence of the contract, to show that the suite would notice.
actor MinimalDevice: PulseDevice {
  enum Fault: CaseIterable {
    case firesAtConnect, losesAPulse, swapsPolarity, swapsRowsAndColumns, countsWithoutFiring
    case hidesQuantisation, readsDisturb, clipsSilently, acceptsOutside, resumesAfterCancel
    case forgetsScheduledReads, parkResetsCounters
  }

  nonisolated let capabilities: Capabilities
  private let fault: Fault?
  private var weights: [Float]
  private var counts: CellCounts

  init(rows: Int = 5, columns: Int = 7, fault: Fault? = nil) throws {
    let pulse = PulseShape(
      amplitude: Volts(1), width: .microseconds(1), period: .microseconds(2))
    capabilities = Capabilities(
      identity: DeviceIdentity(model: "minimal", serialNumber: "0", firmware: "0"),
      tiles: 1, rows: rows, columns: columns,
      trainKinds: fault == nil ? [.uniform] : [.uniform, .alternating, .counts],
      amplitude: try SteppedRange(from: Volts(0.5), through: Volts(2), step: Volts(0.1)),
      width: try SteppedWidths(
        from: .nanoseconds(100), through: .microseconds(10), step: .nanoseconds(100)),
      edge: try SteppedWidths(
        from: .nanoseconds(10), through: .nanoseconds(10), step: .nanoseconds(1)),
      period: try SteppedWidths(
        from: .nanoseconds(200), through: .milliseconds(1), step: .nanoseconds(100)),
      compliance: ComplianceCapability(enforcer: .nobody),
      converter: ConverterCapability(
        range: -1...1, bits: 0, noise: 0, parallelColumns: 1, sampleTime: Seconds(1e-6),
        mostAverages: 1,
        amplitude: try SteppedRange(from: Volts(0.1), through: Volts(0.1), step: Volts(0.1))),
      longestTrain: 1 << 20, biasSchemes: [.isolated], queueDepth: 1, counterDurability: .volatile,
      scale: ConductanceScale(atZero: Siemens(50e-6), perUnit: Siemens(25e-6)),
      nominalShape: pulse)
    self.fault = fault
    weights = Array(repeating: 0, count: rows * columns)
    counts = CellCounts(cells: rows * columns, up: fault == .firesAtConnect ? Self.connections : 0)
    Self.connections += fault == .firesAtConnect ? 1 : 0
  }

  /// What a device that pulses at connect would remember; only one test uses it.
  nonisolated(unsafe) private static var connections = 0

  func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt {
    var train = train
    if fault == .clipsSilently {
      train.shape.amplitude = min(train.shape.amplitude, capabilities.amplitude.highest)
    }
    if fault == .acceptsOutside {
      train.region = CellRegion(
        rows: max(
          0, train.region.rows.lowerBound)..<max(
            1, min(Row(capabilities.rows), train.region.rows.upperBound)),
        columns: train.region.columns
          .lowerBound..<min(Column(capabilities.columns), train.region.columns.upperBound))
    }
    let shape = try capabilities.check(train)
    var receipt = Receipt(
      fired: train.totals, shape: fault == .hidesQuantisation ? train.shape : shape)
    if Task.isCancelled && fault != .resumesAfterCancel {
      receipt.fired = PulseTotals()
      receipt.cells = CellCounts(cells: train.region.count)
      throw DeviceError(code: .interrupted, partial: receipt, explanation: "cancelled")
    }
    let cells = train.cellCounts
    for row in train.region.rows {
      for column in train.region.columns {
        let offset = train.region.offset(row: row, column: column)
        var cell = row.index * capabilities.columns + column.index
        if fault == .swapsRowsAndColumns {
          cell = (column.index * capabilities.rows + row.index) % counts.up.count
        }
        var (up, down) = (cells.up[offset], cells.down[offset])
        if fault == .swapsPolarity { (up, down) = (down, up) }
        if fault == .losesAPulse && up > 5 { up -= 1 }
        counts.up[cell] += up
        counts.down[cell] += down
        if fault != .countsWithoutFiring { weights[cell] += 0.001 * (Float(up) - Float(down)) }
      }
    }
    if let reads = train.reads, fault != .forgetsScheduledReads {
      var step = 0
      while step < train.steps {
        step = min(train.steps, (step / reads.everySteps + 1) * reads.everySteps)
        receipt.readings.append(reading(train.region, after: step))
      }
    }
    return receipt
  }

  func read(_ request: ReadRequest) throws(DeviceError) -> Reading {
    try capabilities.check(request)
    if fault == .readsDisturb { for cell in weights.indices { weights[cell] += 0.01 } }
    return reading(request.region, after: 0)
  }

  func odometer(of region: CellRegion) throws(DeviceError) -> CellCounts {
    try capabilities.check(region)
    var part = CellCounts(cells: region.count)
    for row in region.rows {
      for column in region.columns {
        let cell = row.index * capabilities.columns + column.index
        part.up[region.offset(row: row, column: column)] = counts.up[cell]
        part.down[region.offset(row: row, column: column)] = counts.down[cell]
      }
    }
    return part
  }

  func park() {
    if fault == .parkResetsCounters { counts = CellCounts(cells: counts.up.count) }
  }

  private func reading(_ region: CellRegion, after steps: Int) -> Reading {
    var values: [Float] = []
    for row in region.rows {
      for column in region.columns {
        values.append(weights[row.index * capabilities.columns + column.index])
      }
    }
    return Reading(region: region, weights: values, averages: 1, afterSteps: steps)
  }
}
