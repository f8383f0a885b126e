public import DeviceContract
import PhysicalUnits
public import PulseLedger

extension Seek: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "seek" }

  /// What it will cost: at worst all cells get the most pulses.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    var counts = Array(repeating: Int16(cells == nil ? 1 : 0), count: region.count)
    for cell in cells ?? [] { counts[cell] = 1 }
    let train = train(.counts(counts), region, capabilities)
    var quote = PulseQuote(train, times: mostPulses, on: capabilities)
    quote.add(reads: 1, of: region, averages: averages, on: capabilities)
    return quote
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    let (work, course, stop) = try await measure(
      on: device, region: region, sample: cells, progress: progress)
    let counts = await device.counts(of: region, cause: .calibrate)
    return SearchResult(
      region: region, estimates: work.estimates(counts),
      reads: work.reads, innovationRatio: work.array.innovationRatio, course: course,
      cells: work.recorder.courses, trace: work.recorder.trace,
      steps: work.array.stepsAtSymmetricPoint,
      stoppedBy: stop)
  }

  /// Fires the pulses of all cells, or of a sample of them.
  func measure(
    on device: MeteredDevice, region: CellRegion, sample: [Int]? = nil,
    progress: @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> (work: SeekWork, course: [SearchProgress], stop: DeviceError?) {
    let first = try await device.read(ReadRequest(region: region, averages: averages))
    var work = SeekWork(
      self, readings: first.weights,
      readVariance: device.capabilities.converter.variance(averages: averages), sample: sample,
      geometry: SeekGeometry(
        columns: region.columns.count, scheme: scheme,
        slotTime: device.capabilities.nominalShape.period.seconds.value,
        readTime: first.duration.value))
    var course = [work.progress]
    do throws(DeviceError) {
      while let pulses = work.next() {
        let isAnew = pulses.contains { $0 != 0 } && work.rereads(for: pulses)
        let (found, before) = try await fire(pulses, on: device, region, isAnew: isAnew)
        work.take(found, after: pulses, before: before)
        course.append(work.progress)
        await progress(work.progress)
      }
    } catch {
      return (work, course, error)
    }
    return (work, course, nil)
  }

  /// Gives each cell its pulses, and reads all of them.
  ///
  /// - Returns: the readings after the pulses, and those before them where rows are read anew.
  private func fire(
    _ pulses: [Int], on device: MeteredDevice, _ region: CellRegion, isAnew: Bool
  ) async throws(DeviceError) -> (after: [Float], before: [Float]?) {
    guard isAnew else {
      // Rounds without pulses are for what time does.
      guard pulses.contains(where: { $0 != 0 }) else {
        return (
          try await device.read(ReadRequest(region: region, averages: averages)).weights, nil
        )
      }
      try await device.apply(counts: pulses, to: region, scheme: scheme)
      return (try await device.read(ReadRequest(region: region, averages: averages)).weights, nil)
    }
    // Row by row: pulses of other rows must not come between the two reads of a cell.
    var (after, before): ([Float], [Float]) = ([], [])
    let columns = region.columns.count
    for row in 0..<region.rows.count {
      let first = Row(region.rows.lowerBound.index + row)
      let line = CellRegion(
        tile: region.tile, rows: first..<first.advanced(by: 1), columns: region.columns)
      let share = Array(pulses[row * columns..<(row + 1) * columns])
      let request = ReadRequest(region: line, averages: averages)
      let start = try await device.read(request).weights
      before += start
      if share.allSatisfy({ $0 == 0 }) {
        after += start
        continue
      }
      try await device.apply(counts: share, to: line, scheme: scheme)
      after += try await device.read(request).weights
    }
    return (after, before)
  }

  private func train(
    _ pattern: PulseTrain.Pattern, _ region: CellRegion, _ capabilities: Capabilities
  ) -> PulseTrain {
    PulseTrain(
      region: region, pattern: pattern, shape: capabilities.nominalShape, scheme: scheme,
      cause: .calibrate)
  }
}
