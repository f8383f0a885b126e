public import DeviceContract
import Foundation
public import PulseLedger
import ReproducibleNoise

/// Measures the symmetric points of a few cells, and takes their mean for all others.
///
/// For devices whose symmetric points differ less than single ones can be known: few states, or noise that no budget
/// averages away.
public struct ArrayMean: Sendable {
  /// How the cells of the sample are measured.
  public var seek: Seek
  /// Cells of the sample.
  public var sample: Int
  /// What the choice of cells stands on.
  public var seed: UInt64

  /// Describes a search.
  public init(_ seek: Seek, sample: Int = 40, seed: UInt64 = 1) {
    precondition(sample > 1, "a spread needs two cells")
    self.seek = seek
    self.sample = sample
    self.seed = seed
  }
}

extension ArrayMean: SymmetricPointSearch {
  /// What records call it.
  public var name: String { "array-mean" }

  /// What it will cost: at worst all cells of the sample get the most pulses.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    var counts = Array(repeating: Int16(0), count: region.count)
    for cell in chosen(of: region.count) { counts[cell] = 1 }
    let train = PulseTrain(
      region: region, pattern: .counts(counts), shape: capabilities.nominalShape,
      scheme: seek.scheme, cause: .calibrate)
    var quote = PulseQuote(train, times: seek.mostPulses, on: capabilities)
    quote.add(reads: 1, of: region, averages: seek.averages, on: capabilities)
    return quote
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  ///
  /// Cells of the sample keep their own estimates.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    let cells = chosen(of: region.count)
    let (work, course, stop) = try await seek.measure(
      on: device, region: region, sample: cells, progress: progress)
    let counts = await device.counts(of: region, cause: .calibrate)
    var estimates = work.array.estimates(counts, tolerance: seek.tolerance)
    let good = cells.filter {
      [.converged, .budget, .priorOnly, .edge].contains(estimates[$0].verdict)
    }
    let (value, halfWidth) = mean(of: good.map { work.array.symmetricPoint(of: $0) })
    let isMeasured = Set(cells)
    for cell in estimates.indices where !isMeasured.contains(cell) {
      estimates[cell].value = Float(value)
      estimates[cell].halfWidth = Float(min(halfWidth, seek.expected.range))
      estimates[cell].verdict = .priorOnly
    }
    return SearchResult(
      region: region, estimates: estimates, reads: work.reads,
      innovationRatio: work.array.innovationRatio, course: course, cells: work.recorder.courses,
      stoppedBy: stop)
  }

  /// The mean, and half the interval in which another cell of the array lies.
  private func mean(
    of points: [(value: Double, deviation: Double)]
  ) -> (value: Double, halfWidth: Double) {
    let window = seek.expected.window
    guard points.count > 1 else {
      return ((window.lowerBound + window.upperBound) / 2, seek.expected.range)
    }
    let count = Double(points.count)
    // Estimates that lean on the array spread less than the points, by what is not known of each.
    let variance =
      points.map(\.value).sampleVariance
      + points.reduce(0) { $0 + $1.deviation * $1.deviation } / count
    // Student's quantile from the normal one (Cornish and Fisher), for a spread that is itself a guess.
    let (z, freedom) = (FilteredArray.confidence, count - 1)
    let quantile =
      z + (z * z * z + z) / (4 * freedom)
      + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * freedom * freedom)
    return (
      points.map(\.value).sampleMean, quantile * (variance * (1 + 1 / count)).squareRoot()
    )
  }

  /// The cells of the sample: as many as there are at most, in a random order that the seed decides.
  private func chosen(of cells: Int) -> [Int] {
    var random = RandomStream(seed: seed, stream: 0)
    var order = Array(0..<cells)
    for place in 0..<min(sample, cells) {
      order.swapAt(place, place + Int(random.next() % UInt64(cells - place)))
    }
    return Array(order.prefix(sample)).sorted()
  }
}
