public import DeviceContract
public import PulseLedger

/// Measures the symmetric points of a few cells, and takes their mean for all others.
///
/// For devices whose symmetric points differ less than single ones can be known: few states, or noise that no budget
/// averages away. Cells of few states are taken from bound to bound (``BoundTurns``), where all other methods are
/// pushed aside by the bounds; others are measured by ``Seek``. Each cell counts by its own readings, and the spread of
/// the array is told apart from their errors (``PointPopulation``).
public struct ArrayMean: Sendable {
  /// How the cells of the sample are measured.
  public var seek: Seek
  /// Cells of the sample.
  public var sample: Int
  /// What the choice of cells stands on.
  public var seed: UInt64
  /// The standard deviation that is expected of symmetric points over the array; nil for any.
  ///
  /// It is believed within a factor of two, as far as the cells do not say otherwise: of a spread that is less than
  /// the error of single cells forty of them say little.
  public var spread: Double?
  /// The most standard deviation at which a cell of the sample is done, as a part of the window: above it the error of
  /// the error is not small.
  public static let mostError = 0.05

  /// Cells of a sample where nobody asked for another number: their mean leaves a sixth of what a cell is off by.
  public static let usualSample = 40

  /// Describes a search.
  public init(_ seek: Seek, sample: Int = usualSample, seed: UInt64 = 1) {
    precondition(sample > 1, "a spread needs two cells")
    self.seek = seek
    self.sample = sample
    self.seed = seed
  }

  /// Pulses of each cell of the sample of a device with few states, whatever is asked for; nil where ``Seek`` decides.
  public static func pulses(of expected: ResponseExpectation) -> Int? {
    BoundTurns(expected).map { $0.pulses * BoundTurns.wanted }
  }
}

extension ArrayMean: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "array-mean" }

  /// What it will cost: at worst all cells of the sample get the most pulses.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    seek.quote(cells: chosen(of: region.count), on: region, of: capabilities)
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  ///
  /// Cells of the sample have their own estimates, as far as these say more than the array.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    try await device.check(quote(on: region, of: device.capabilities), on: region)
    let cells = chosen(of: region.count)
    if let turns = BoundTurns(seek.expected), seek.mostPulses >= turns.pulses * BoundTurns.fewest {
      return try await run(turns, of: cells, on: device, region: region, progress: progress)
    }
    var seek = seek
    seek.tolerance = min(seek.tolerance, Self.mostError * seek.expected.range)
    let (work, course, stop) = try await seek.measure(
      on: device, region: region, sample: cells, progress: progress)
    let counts = await device.counts(of: region, cause: .calibrate)
    var estimates = work.array.estimates(counts, tolerance: seek.tolerance)
    let good = cells.filter {
      [.converged, .budget, .priorOnly, .edge].contains(estimates[$0].verdict)
    }
    let points = good.map { cell in
      let (value, deviation) = work.array.ownPoint(of: cell)
      return (cell: cell, value: value, variance: deviation * deviation)
    }
    let others = Set(estimates.indices).subtracting(cells)
    tell(points, and: others, to: &estimates)
    return SearchResult(
      region: region, estimates: estimates, reads: work.reads,
      innovationRatio: work.array.innovationRatio, course: course, cells: work.recorder.courses,
      trace: work.recorder.trace, stoppedBy: stop)
  }

  /// Writes down what cells that were measured say of themselves, and of the others.
  func tell(
    _ points: [(cell: Int, value: Double, variance: Double)], and others: Set<Int>,
    to estimates: inout [SymmetricPointEstimate]
  ) {
    let (window, range) = (seek.expected.window, seek.expected.range)
    guard points.count > 1 else {
      for cell in others {
        estimates[cell].value = Float((window.lowerBound + window.upperBound) / 2)
        estimates[cell].halfWidth = Float(range)
        estimates[cell].verdict = .priorOnly
      }
      return
    }
    let population = PointPopulation(
      points.map { (value: $0.value, variance: $0.variance) }, range: range, expected: spread)
    let (mean, halfWidth) = (Float(population.mean), Float(population.halfWidth))
    for cell in others {
      (estimates[cell].value, estimates[cell].halfWidth) = (mean, halfWidth)
      if estimates[cell].verdict != .edge { estimates[cell].verdict = .priorOnly }
    }
    for own in points {
      let (value, deviation) = population.point(of: own.value, variance: own.variance)
      estimates[own.cell].value = Float(value)
      estimates[own.cell].halfWidth = Float(min(FilteredArray.confidence * deviation, range))
      guard estimates[own.cell].verdict != .edge else { continue }
      estimates[own.cell].verdict =
        deviation > 0.8 * population.spread
        ? .priorOnly : deviation <= seek.tolerance ? .converged : .budget
    }
  }

  /// The cells of the sample: as many as there are at most, in a random order that the seed decides.
  private func chosen(of cells: Int) -> [Int] {
    CellSample.draw(sample, of: Array(0..<cells), seed: seed, stream: 0)
  }
}
