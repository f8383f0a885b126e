import CrossbarKernels
public import DeviceContract
import Dispatch
import PhysicalUnits

extension Crossbar {
  /// Fires a train under the next number; see ``PulseDevice/apply(_:)``.
  public func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt {
    try apply(train, number: memory.last + 1)
  }

  /// Fires a train under a number; see ``JournaledDevice/apply(_:number:)``.
  public func apply(_ train: PulseTrain, number: UInt64) throws(DeviceError) -> Receipt {
    guard number == memory.last + 1 else {
      throw .refused(
        "\(capabilities.identity.model) \(capabilities.identity.serialNumber) expects train "
          + "\(memory.last + 1) and was given train \(number); nothing was fired")
    }
    var run: TrainRun
    do {
      run = try started(train)
    } catch {
      memory.take(number, digest: train.hasBytes ? train.digest : 0)
      throw error
    }
    memory.take(number, digest: train.digest)
    let blocks = memory.isDurable ? blocks(of: train) : []
    while run.done < run.steps {
      if Task.isCancelled { throw interrupted(run) }
      memory.begin(blocks)
      if run.done == 0 { relax(tiles[train.region.tile.index]) }
      var rounds = 0
      repeat {
        fireOnce(&run)
        rounds += 1
        // Whole pairs: an alternating train stops nowhere else.
      } while train.kind == .alternating && !run.done.isMultiple(of: 2)
        || run.done < run.steps && rounds < roundsPerChange && !Task.isCancelled
      if memory.isDurable || run.done == run.steps { book(&run) }
      memory.commit()
    }
    return finished(run)
  }

  private func started(_ train: PulseTrain) throws(DeviceError) -> TrainRun {
    let shape = try capabilities.check(train)
    if case .outerProduct(_, _, let slots) = train.pattern, slots > longestBitLine {
      throw .refused(
        "\(capabilities.identity.model) fires bit lines of up to \(longestBitLine) slots; "
          + "this train has \(slots); nothing was fired")
    }
    let run = TrainRun(train, shape: shape, clock: memory.clock)
    try checkCounters(run)
    return run
  }

  /// Refuses a train that the counters of its cells have no room for: they never fall.
  private func checkCounters(_ run: TrainRun) throws(DeviceError) {
    let (region, most) = (run.train.region, Int(UInt32.max))
    let tile = region.tile.index
    if tiles[tile].mostFired + run.steps > most {
      tiles[tile].mostFired = tiles[tile].countMostFired(of: capabilities.whole(tile: region.tile))
    }
    guard tiles[tile].mostFired + run.steps <= most else {
      throw .refused(
        "\(capabilities.identity.model) counts up to \(most) pulses of a cell; one has had "
          + "\(tiles[tile].mostFired) and this train has \(run.steps); nothing was fired")
    }
    tiles[tile].mostFired += run.steps
  }

  /// Fires the steps up to the next read, or some milliseconds of them, so that a cancel is noticed soon.
  private func fireOnce(_ run: inout TrainRun) {
    let train = run.train
    // What cells of all lines feel is counted for each step of a part beforehand.
    let cells =
      settings.isDisturbed ? max(capabilities.rows * capabilities.columns, 256) : train.region.count
    let part = max(2, (1 << 20) / cells / 2 * 2)
    var next = min(run.steps, run.done + part)
    if let every = train.reads?.everySteps { next = min(next, (run.done / every + 1) * every) }
    run.conductance += fire(run, steps: run.done..<next)
    run.done = next
    if let reads = train.reads, next % reads.everySteps == 0 || next == run.steps {
      var reading = sample(train.region, averages: reads.averages).reading
      reading.afterSteps = next
      pass(reading.duration, tiles[train.region.tile.index])
      run.receipt.duration += reading.duration
      run.receipt.readings.append(reading)
    }
  }

  /// Books the steps that have been fired and not been booked yet.
  private func book(_ run: inout TrainRun) {
    let reached = run.done == run.steps ? run.train : run.train.first(steps: run.done)
    var pulses = PulseTotals()
    for part in run.booked == 0 ? [reached] : reached.rest(after: run.booked) {
      let counts = part.signedCounts
      pulses += counts?.totals ?? part.totals
      run.slots += part.slots
      expose(part, counts)
    }
    run.booked = run.done
    run.receipt.fired += pulses
    memory.book(pulses, steps: run.done, clock: (run.start + run.time).value)
    tiles[run.train.region.tile.index].relaxedUntil?.pointee = memory.clock.value
  }

  /// What a train that is cut off in its middle by the end of the process may have changed until then.
  private func blocks(of train: PulseTrain) -> [ChipMemory.Block] {
    let tile = train.region.tile.index
    let (rows, columns) = Self.places(of: train.region)
    let moving = movingBlocks(of: tiles[tile])
    var arrays: [ChipLayout.Array] = [.firedUp, .firedDown]
    if moving.isEmpty { arrays.append(.weights) }
    if train.reads != nil { arrays.append(.samples) }
    var blocks = arrays.map { memory.block($0, tile: tile, rows: rows, columns: columns) }
    blocks += [memory.block(memory.books), memory.block(memory.lastOutcome)] + moving
    if !train.exposesNothing(rows: capabilities.rows, columns: capabilities.columns) {
      // The rows of the region, or of the tile where all of it is exposed; elsewhere its columns.
      let all = 0..<capabilities.rows
      let lines = train.scheme == .thirdVoltage ? all : rows
      let others = [0..<lines.lowerBound, lines.upperBound..<all.upperBound]
      blocks.append(
        memory.block(.exposures, tile: tile, rows: lines, columns: 0..<capabilities.columns))
      blocks += others.filter { !$0.isEmpty }.map {
        memory.block(.exposures, tile: tile, rows: $0, columns: columns)
      }
    }
    return blocks
  }

  /// Computes some steps of a train on all threads; returns the sum of conductances at the pulses.
  private func fire(_ run: TrainRun, steps: Range<Int>) -> Double {
    let train = run.train
    let cells = kernelCells(tiles[train.region.tile.index])
    let region = train.region
    var pulses = crossbar_pulses()
    pulses.first_slot = Int32(steps.lowerBound)
    pulses.last_slot = Int32(steps.upperBound)
    pulses.first_row = Int32(region.rows.lowerBound.index)
    pulses.first_column = Int32(region.columns.lowerBound.index)
    pulses.last_column = Int32(region.columns.upperBound.index)
    pulses.rows = Int32(region.rows.count)
    switch train.pattern {
    case .uniform(let polarity, _):
      (pulses.pattern, pulses.up) = (CROSSBAR_UNIFORM, polarity == .up ? 1 : 0)
      return self.run(cells, pulses, train, steps: steps)
    case .alternating:
      pulses.pattern = CROSSBAR_ALTERNATING
      return self.run(cells, pulses, train, steps: steps)
    case .counts(let counts):
      pulses.pattern = CROSSBAR_COUNTS
      return counts.withUnsafeBufferPointer { buffer in
        pulses.counts = buffer.baseAddress
        return self.run(cells, pulses, train, steps: steps)
      }
    case .outerProduct:
      guard let lines = run.lines else { preconditionFailure("an outer product has lines") }
      return lines.withPulses(pulses) {
        self.run(cells, $0, train, steps: steps, firing: lines.most)
      }
    }
  }

  private func run(
    _ kernelCells: crossbar_cells, _ pulses: crossbar_pulses, _ train: PulseTrain,
    steps: Range<Int>, firing: Int? = nil
  ) -> Double {
    let region = train.region
    let cells = firing ?? region.count
    let (first, rows) = (region.rows.lowerBound.index, region.rows.count)
    // One sum a row, added in order, so that the energy too is the same on any number of threads.
    let sums = CellBuffer<Double>(count: rows, repeating: 0)
    let work = KernelWork(cells: kernelCells, pulses: pulses, sums: sums)
    if settings.isDisturbed {
      // What an isolated cell feels of others is nothing, and where states do not relax that is all.
      if settings.relaxation > 0
        || !train.exposesNothing(rows: capabilities.rows, columns: capabilities.columns)
      {
        runInSurroundings(work, train, steps: steps)
        return (0..<rows).reduce(0) { $0 + sums[$1] }
      }
    }
    if memory.watch != nil {
      work.run(rows: first..<first + rows / 2)
      memory.reached("half of the rows")
      work.run(rows: first + rows / 2..<first + rows)
      return (0..<rows).reduce(0) { $0 + sums[$1] }
    }
    let threads = cells * steps.count < 1 << 15 ? 1 : min(settings.threads, rows)
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

  private func runInSurroundings(_ work: KernelWork, _ train: PulseTrain, steps: Range<Int>) {
    let tile = tiles[train.region.tile.index]
    let around = Surroundings(train, work.pulses, steps: steps, of: tile, settings: settings)
    let rows = tile.rows
    let isSmall = rows * tile.columns * steps.count < 1 << 13
    let threads = memory.watch != nil ? 2 : isSmall ? 1 : min(settings.threads, rows)
    if memory.watch != nil || threads == 1 {
      for thread in 0..<threads {
        if thread > 0 { memory.reached("half of the rows") }
        work.run(rows: rows * thread / threads..<rows * (thread + 1) / threads, in: around)
      }
      return
    }
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      work.run(rows: rows * thread / threads..<rows * (thread + 1) / threads, in: around)
    }
  }

  private func finished(_ run: TrainRun) -> Receipt {
    var receipt = run.receipt
    receipt.duration = run.time
    receipt.energy = .dissipated(
      by: receipt.shape.amplitude, in: Siemens(run.conductance),
      during: receipt.shape.width.seconds)
    (receipt.clock, receipt.odometer) = (memory.clock, memory.pulses)
    return receipt
  }

  private func interrupted(_ run: TrainRun) -> DeviceError {
    var run = run
    if run.booked < run.done { book(&run) }
    var receipt = finished(run)
    receipt.cells = run.train.first(steps: run.done).cellCounts
    let fired = receipt.fired.all
    return DeviceError(
      code: .interrupted, fired: fired...fired, partial: receipt,
      explanation: "the train was cancelled after \(fired) of \(run.train.totals.all) pulses; "
        + "their counts are known")
  }

  /// Books the exposures of the cells that were not meant.
  ///
  /// In a file each cell has its count; in memory there are sums of lines, so that a train which pulses few cells is
  /// booked in few additions.
  private func expose(_ train: PulseTrain, _ counts: SignedCounts?) {
    guard let exposures = capabilities.exposures(of: train, signedCounts: counts) else { return }
    let number = train.region.tile.index
    guard memory.isDurable else {
      exposed[
        number, default: ExposureSums(rows: capabilities.rows, columns: capabilities.columns)
      ].book(exposures)
      return
    }
    let tile = tiles[number]
    exposures.forEach { row, column, count in
      let (index, most) = (row * tile.stride + column, Int(UInt32.max))
      tile.exposures[index] = UInt32(min(Int(tile.exposures[index]) + count, most))
    }
  }
}
