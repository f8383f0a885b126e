import CrossbarKernels
public import DeviceContract
import Dispatch
import PhysicalUnits

extension SimulatedCrossbar {
  /// Fires a train; see ``PulseDevice/apply(_:)``.
  public func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt {
    let shape = try capabilities.check(train)
    if case .outerProduct(_, _, let slots) = train.pattern, slots > longestBitLine {
      throw .refused(
        "\(capabilities.identity.model) fires bit lines of up to \(longestBitLine) slots; "
          + "this train has \(slots); nothing was fired")
    }
    var receipt = Receipt(fired: PulseTotals(), shape: shape, energy: .zero)
    let steps = train.steps
    // Parts of some milliseconds, so that a cancel is noticed soon, and of whole pairs.
    let part = max(2, (1 << 20) / train.region.count / 2 * 2)
    var conductance = 0.0
    var done = 0
    while done < steps {
      let betweenPairs = train.kind != .alternating || done.isMultiple(of: 2)
      if betweenPairs && Task.isCancelled {
        throw interrupted(train, after: done, receipt, conductance)
      }
      var next = min(steps, done + part)
      if let every = train.reads?.everySteps { next = min(next, (done / every + 1) * every) }
      conductance += fire(train, steps: done..<next)
      done = next
      if let reads = train.reads, done % reads.everySteps == 0 || done == steps {
        var reading = sample(train.region, averages: reads.averages)
        reading.afterSteps = done
        receipt.duration += reading.duration
        receipt.readings.append(reading)
      }
    }
    finish(train, after: steps, &receipt, conductance)
    return receipt
  }

  /// Computes some steps of a train on all threads; returns the sum of conductances at the pulses.
  private func fire(_ train: PulseTrain, steps: Range<Int>) -> Double {
    let cells = kernelCells(tiles[train.region.tile.index])
    let region = train.region
    var pulses = tare_pulses()
    pulses.first_slot = Int32(steps.lowerBound)
    pulses.last_slot = Int32(steps.upperBound)
    pulses.first_row = Int32(region.rows.lowerBound.index)
    pulses.first_column = Int32(region.columns.lowerBound.index)
    pulses.last_column = Int32(region.columns.upperBound.index)
    pulses.rows = Int32(region.rows.count)
    switch train.pattern {
    case .uniform(let polarity, _):
      (pulses.pattern, pulses.up) = (TARE_UNIFORM, polarity == .up ? 1 : 0)
      return run(cells, pulses, region, steps: steps.count)
    case .alternating:
      pulses.pattern = TARE_ALTERNATING
      return run(cells, pulses, region, steps: steps.count)
    case .counts(let counts):
      pulses.pattern = TARE_COUNTS
      return counts.withUnsafeBufferPointer { buffer in
        pulses.counts = buffer.baseAddress
        return run(cells, pulses, region, steps: steps.count)
      }
    case .outerProduct(let rowLines, let columnLines, let slots):
      let lines = (
        Self.bytes(rowLines, slots: slots), Self.bytes(columnLines, slots: slots),
        rowLines.map { UInt8($0.isNegative ? 1 : 0) },
        columnLines.map { UInt8($0.isNegative ? 1 : 0) }
      )
      pulses.pattern = TARE_OUTER_PRODUCT
      return lines.0.withUnsafeBufferPointer { rows in
        lines.1.withUnsafeBufferPointer { columns in
          lines.2.withUnsafeBufferPointer { rowSigns in
            lines.3.withUnsafeBufferPointer { columnSigns in
              (pulses.row_fires, pulses.column_fires) = (rows.baseAddress, columns.baseAddress)
              (pulses.row_negative, pulses.column_negative) = (
                rowSigns.baseAddress, columnSigns.baseAddress
              )
              return run(cells, pulses, region, steps: steps.count)
            }
          }
        }
      }
    }
  }

  private func run(
    _ cells: tare_cells, _ pulses: tare_pulses, _ region: CellRegion, steps: Int
  ) -> Double {
    let (first, rows) = (region.rows.lowerBound.index, region.rows.count)
    // One sum a row, added in order, so that the energy too is the same on any number of threads.
    let sums = CellBuffer<Double>(count: rows, repeating: 0)
    let work = KernelWork(cells: cells, pulses: pulses, sums: sums)
    let threads = region.count * steps < 1 << 15 ? 1 : min(settings.threads, rows)
    if threads == 1 {
      work.run(rows: first..<first + rows)
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        let (low, high) = (rows * thread / threads, rows * (thread + 1) / threads)
        work.run(rows: first + low..<first + high)
      }
    }
    return (0..<rows).reduce(0) { $0 + sums[$1] }
  }

  private func finish(
    _ train: PulseTrain, after steps: Int, _ receipt: inout Receipt, _ conductance: Double
  ) {
    var done = train
    if steps < train.steps {
      done = train.first(steps: steps)
      receipt.cells = done.cellCounts
    }
    receipt.fired = done.totals
    receipt.duration += done.duration
    receipt.energy = .dissipated(
      by: receipt.shape.amplitude, in: Siemens(conductance), during: receipt.shape.width.seconds)
    expose(done)
  }

  private func interrupted(
    _ train: PulseTrain, after steps: Int, _ receipt: Receipt, _ conductance: Double
  ) -> DeviceError {
    var receipt = receipt
    finish(train, after: steps, &receipt, conductance)
    let fired = receipt.fired.all
    return DeviceError(
      code: .interrupted, fired: fired...fired, partial: receipt,
      explanation: "the train was cancelled after \(fired) of \(train.totals.all) pulses; "
        + "their counts are known")
  }

  /// Books the exposures of the cells that were not meant.
  private func expose(_ train: PulseTrain) {
    guard let exposures = capabilities.exposures(of: train) else { return }
    let tile = tiles[train.region.tile.index]
    exposures.forEach { row, column, count in
      tile.exposures[row * tile.stride + column] += UInt32(truncatingIfNeeded: count)
    }
  }

  /// One byte a slot and line, slot by slot.
  private static func bytes(_ lines: [BitLine], slots: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(1, slots * lines.count))
    for (number, line) in lines.enumerated() {
      for slot in 0..<slots where line.fires(in: slot) { bytes[slot * lines.count + number] = 1 }
    }
    return bytes
  }
}
