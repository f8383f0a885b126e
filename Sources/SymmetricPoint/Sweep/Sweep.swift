public import DeviceContract
public import PulseLedger

/// Finds symmetric points with ramps that all cells of a region take together.
///
/// For boards that pulse a whole array at once and no single cells. The ramps go to and fro around the median symmetric
/// point, with reads on the way; each cell has a filter (``LineFilter``), as in ``Seek``. No cell is half-selected.
public struct Sweep: Sendable {
  /// What is expected of the cells.
  public var expected: ResponseExpectation
  /// The standard deviation of a symmetric point at which its cell is known, as a weight.
  public var tolerance: Double
  /// Samples averaged into each read.
  public var averages: Int
  /// The most pulses of a cell, and of all.
  public var mostPulses: Int
  /// What all cells together keep to.
  public var cap = SpendingCap()
  /// The length of a ramp, as a part of the window, and the reads on each.
  public var ramp = 0.2, readsPerRamp = 4
  /// The part of the cells that is to be known: the last ones, far away or noisy, would cost all others their pulses.
  public var share = 0.9
  /// How idle lines are held.
  public var scheme: BiasScheme

  /// Describes a search.
  public init(
    _ expected: ResponseExpectation, tolerance: Double, averages: Int = 4, mostPulses: Int,
    scheme: BiasScheme = .isolated
  ) {
    precondition(tolerance > 0 && averages > 0 && mostPulses > 0, "a search needs an aim and means")
    self.expected = expected
    self.tolerance = tolerance
    self.averages = averages
    self.mostPulses = mostPulses
    self.scheme = scheme
  }
}

extension Sweep: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "sweep" }

  /// What it will cost: at worst the most pulses, with a read after each.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    var quote = PulseQuote(train(1, region, capabilities), on: capabilities).times(mostPulses)
    var worst = quote
    quote.add(reads: 1, of: region, averages: averages, on: capabilities)
    worst.add(reads: 1 + mostPulses, of: region, averages: averages, on: capabilities)
    return cap.bounding(quote.between(best: quote, worst: worst))
  }

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
    let request = ReadRequest(region: region, averages: averages)
    let first = try await device.read(request).weights
    var work = SweepWork(
      self, readings: first,
      readVariance: device.capabilities.converter.variance(averages: averages))
    var course = [work.progress]
    var stop: DeviceError?
    let watch = await SpendingWatch(cap, device, region)
    var isReviewed = false
    do throws(DeviceError) {
      while let pulses = work.next() {
        var round = PulseQuote(train(pulses, region, device.capabilities), on: device.capabilities)
        round.add(reads: 1, of: region, averages: averages, on: device.capabilities)
        guard await watch.allows(round) else { break }
        _ = try await device.apply(train(pulses, region, device.capabilities))
        work.take(try await device.read(request).weights, after: pulses)
        course.append(work.progress)
        await progress(work.progress)
        if !isReviewed, work.array.tellsFigures(after: course) {
          isReviewed = true
          guard await review(work.array.figures) else { break }
        }
      }
    } catch {
      stop = error
    }
    let counts = await device.counts(of: region, cause: .calibrate)
    return SearchResult(
      region: region, estimates: work.array.estimates(counts, tolerance: tolerance),
      reads: work.reads, innovationRatio: work.array.innovationRatio, course: course,
      cells: work.recorder.courses, trace: work.recorder.trace,
      steps: work.array.stepsAtSymmetricPoint, stoppedBy: stop)
  }

  private func train(
    _ pulses: Int, _ region: CellRegion, _ capabilities: Capabilities
  ) -> PulseTrain {
    capabilities.train(
      .uniform(pulses > 0 ? .up : .down, count: abs(pulses)), over: region, scheme: scheme)
  }
}
