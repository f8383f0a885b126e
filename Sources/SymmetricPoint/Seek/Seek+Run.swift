public import DeviceContract
import PhysicalUnits
public import PulseLedger

extension Seek: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "seek" }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    try await run(on: device, region: region, review: { _ in true }, progress: progress)
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:review:progress:)``.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    review: @escaping @Sendable (ArrayFigures) async -> Bool,
    progress: @escaping @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> SearchResult {
    try await device.check(quote(on: region, of: device.capabilities), on: region)
    let (work, course, stop) = try await measure(
      on: device, region: region, review: review, progress: progress)
    return await result(of: work, course, stop, on: device, region)
  }

  /// Runs the search on some cells of a region, by their places in it; the others keep their pulses.
  ///
  /// - Returns: one estimate a cell of the region; those of cells that took no part say what the array says of them.
  public func run(
    on device: MeteredDevice, region: CellRegion, cells: [Int],
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    try await device.check(
      quote(cells: cells, on: region, of: device.capabilities), on: region)
    let (work, course, stop) = try await measure(
      on: device, region: region, sample: cells, progress: progress)
    return await result(of: work, course, stop, on: device, region)
  }

  private func result(
    of work: SeekWork, _ course: [SearchProgress], _ stop: DeviceError?, on device: MeteredDevice,
    _ region: CellRegion
  ) async -> SearchResult {
    let counts = await device.counts(of: region, cause: .calibrate)
    var result = SearchResult(
      region: region, estimates: work.estimates(counts),
      reads: work.reads, innovationRatio: work.array.innovationRatio, course: course,
      cells: work.recorder.courses, trace: work.recorder.trace,
      steps: work.array.stepsAtSymmetricPoint, stoppedBy: stop)
    result.priors = work.array.priors
    return result
  }

  /// Fires the pulses of all cells, or of a sample of them.
  func measure(
    on device: MeteredDevice, region: CellRegion, sample: [Int]? = nil,
    review: @Sendable (ArrayFigures) async -> Bool = { _ in true },
    progress: @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> (work: SeekWork, course: [SearchProgress], stop: DeviceError?) {
    let first = try await device.read(ReadRequest(region: region, averages: averages))
    var work = SeekWork(
      self, readings: first.weights,
      readVariance: device.capabilities.converter.variance(averages: averages), sample: sample,
      geometry: SeekGeometry(
        columns: region.columns.count, scheme: scheme,
        slotTime: device.capabilities.nominalShape.period.seconds.value,
        // Not that of the first read: one that is taken from a ledger tells none.
        readTime: device.capabilities.converter.duration(of: region, averages: averages).value))
    var course = [work.progress]
    let watch = await SpendingWatch(cap, device, region)
    var isReviewed = false
    do throws(DeviceError) {
      while course.count <= Self.mostRounds, let wanted = work.next() {
        let wantsAnew = wanted.contains { $0 != 0 } && work.rereads(for: wanted)
        let pulses = await watch.affordable(
          wanted, scheme: scheme, reads: wantsAnew ? 2 : 1, averages: averages)
        guard let pulses else { break }
        let isAnew = wantsAnew && pulses.contains { $0 != 0 }
        let (found, before) = try await fire(pulses, on: device, region, isAnew: isAnew)
        work.take(found, after: pulses, before: before)
        course.append(work.progress)
        await progress(work.progress)
        if !isReviewed, work.array.tellsFigures(after: course) {
          isReviewed = true
          guard await review(work.array.figures) else { break }
        }
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
      if pulses.contains(where: { $0 != 0 }) {
        try await device.apply(counts: pulses, to: region, scheme: scheme)
      }
      return (try await device.read(ReadRequest(region: region, averages: averages)).weights, nil)
    }
    // Row by row: pulses of other rows must not come between the two reads of a cell.
    var (after, before): ([Float], [Float]) = ([], [])
    let columns = region.columns.count
    for row in 0..<region.rows.count {
      let line = region.row(at: row)
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
}
