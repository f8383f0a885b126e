public import DeviceContract
public import PulseLedger

extension Seek: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "seek" }

  /// What it will cost: at worst all cells get the most pulses.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    let cells = Array(repeating: Int16(1), count: region.count)
    let train = train(.counts(cells), region, capabilities)
    var quote = PulseQuote(train, times: mostPulses, on: capabilities)
    quote.add(reads: 1, of: region, averages: averages, on: capabilities)
    return quote
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    let converter = device.capabilities.converter
    let first = try await device.read(ReadRequest(region: region, averages: averages))
    var work = SeekWork(
      self, readings: first.weights,
      readVariance: converter.noise * converter.noise / Double(averages)
        + converter.step * converter.step / 12)
    var course = [work.progress]
    var stop: DeviceError?
    do throws(DeviceError) {
      while let pulses = work.next() {
        let found = try await fire(pulses, on: device, region)
        work.take(found, after: pulses)
        course.append(work.progress)
        await progress(work.progress)
      }
    } catch {
      stop = error
    }
    let counts = await device.counts(of: region, cause: .calibrate)
    return SearchResult(
      region: region, estimates: work.estimates(counts), reads: work.reads,
      innovationRatio: work.array.innovationRatio, course: course, stoppedBy: stop)
  }

  /// Gives each cell its pulses, and reads all of them.
  private func fire(
    _ pulses: [Int], on device: MeteredDevice, _ region: CellRegion
  ) async throws(DeviceError) -> [Float] {
    let capabilities = device.capabilities
    if capabilities.trainKinds.contains(.counts) {
      _ = try await device.apply(
        train(.counts(pulses.map { Int16(clamping: $0) }), region, capabilities))
    } else {
      let trains = pulses.indices.filter { pulses[$0] != 0 }.map { cell in
        let (row, column) = cell.quotientAndRemainder(dividingBy: region.columns.count)
        return train(
          .uniform(pulses[cell] > 0 ? .up : .down, count: abs(pulses[cell])),
          .cell(
            tile: region.tile, row: Row(region.rows.lowerBound.index + row),
            column: Column(region.columns.lowerBound.index + column)), capabilities)
      }
      _ = try await device.apply(trains)
    }
    return try await device.read(ReadRequest(region: region, averages: averages)).weights
  }

  private func train(
    _ pattern: PulseTrain.Pattern, _ region: CellRegion, _ capabilities: Capabilities
  ) -> PulseTrain {
    PulseTrain(
      region: region, pattern: pattern, shape: capabilities.nominalShape, scheme: scheme,
      cause: .calibrate)
  }
}
