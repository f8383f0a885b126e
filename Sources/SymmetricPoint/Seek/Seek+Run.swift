public import DeviceContract
public import PulseLedger

extension Seek {
  /// Runs the search on a region of a device.
  ///
  /// - Parameters:
  ///   - device: the metered device; pulses are booked as ``Cause/calibrate``.
  ///   - region: the cells.
  ///   - progress: told how many cells are done, after each read.
  /// - Returns: what was found; ``SearchResult/stoppedBy`` says why the search ended early, if it did, and the
  ///   estimates stand on the pulses up to there.
  /// - Throws: ``DeviceError`` before anything was measured.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @Sendable (_ done: Int) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    let converter = device.capabilities.converter
    let first = try await device.read(ReadRequest(region: region, averages: averages))
    var work = SeekWork(
      self, readings: first.weights,
      readVariance: converter.noise * converter.noise / Double(averages)
        + converter.step * converter.step / 12)
    var stop: DeviceError?
    do throws(DeviceError) {
      while let pulses = work.next() {
        let found = try await fire(pulses, on: device, region)
        work.take(found, after: pulses)
        await progress(work.done)
      }
    } catch {
      stop = error
    }
    let counts = await device.counts(of: region, cause: .calibrate)
    return SearchResult(
      region: region, estimates: work.estimates(counts), reads: work.reads,
      innovationRatio: work.array.innovationRatio, stoppedBy: stop)
  }

  /// Gives each cell its pulses, and reads all of them.
  private func fire(
    _ pulses: [Int], on device: MeteredDevice, _ region: CellRegion
  ) async throws(DeviceError) -> [Float] {
    let capabilities = device.capabilities
    func train(_ pattern: PulseTrain.Pattern, _ region: CellRegion) -> PulseTrain {
      PulseTrain(
        region: region, pattern: pattern, shape: capabilities.nominalShape, scheme: scheme,
        cause: .calibrate)
    }
    if capabilities.trainKinds.contains(.counts) {
      _ = try await device.apply(train(.counts(pulses.map { Int16(clamping: $0) }), region))
    } else {
      let trains = pulses.indices.filter { pulses[$0] != 0 }.map { cell in
        let (row, column) = cell.quotientAndRemainder(dividingBy: region.columns.count)
        return train(
          .uniform(pulses[cell] > 0 ? .up : .down, count: abs(pulses[cell])),
          .cell(
            tile: region.tile, row: Row(region.rows.lowerBound.index + row),
            column: Column(region.columns.lowerBound.index + column)))
      }
      _ = try await device.apply(trains)
    }
    return try await device.read(ReadRequest(region: region, averages: averages)).weights
  }
}
