import DeviceContract
import PulseLedger

extension ArrayMean {
  /// Takes the cells of the sample from bound to bound.
  func run(
    _ programme: BoundTurns, of cells: [Int], on device: MeteredDevice, region: CellRegion,
    progress: @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> SearchResult {
    var turns = programme
    let request = ReadRequest(region: region, averages: seek.averages)
    // The state at the start is no part of a turn: it is what is left to say where nothing else was measured.
    let start = try await device.read(request).weights
    var course = [SearchProgress(done: 0, cells: cells.count, pulses: 0, reads: 1)]
    var stop: DeviceError?
    let watch = await SpendingWatch(seek.cap, device, region)
    do throws(DeviceError) {
      let count = min(BoundTurns.wanted, seek.mostPulses / turns.pulses)
      turning: while turns.turns.count < count {
        var readings: [[Double]] = []
        for burst in turns.bursts {
          var pulses = Array(repeating: 0, count: region.count)
          for cell in cells { pulses[cell] = burst }
          let paid = await watch.affordable(
            pulses, scheme: seek.scheme, reads: 1, averages: seek.averages)
          // A part of a turn says nothing.
          guard paid == pulses else { break turning }
          try await device.apply(counts: pulses, to: region, scheme: seek.scheme)
          let weights = try await device.read(request).weights
          readings.append(cells.map { Double(weights[$0]) })
        }
        turns.add(readings)
        course.append(
          SearchProgress(
            done: turns.turns.count == count ? cells.count : 0, cells: cells.count,
            pulses: turns.turns.count * turns.pulses * cells.count,
            reads: 1 + turns.turns.count * turns.bursts.count))
        await progress(course[course.count - 1])
      }
    } catch {
      stop = error
    }
    let counts = await device.counts(of: region, cause: .calibrate)
    var estimates = start.indices.map {
      SymmetricPointEstimate(
        value: start[$0], halfWidth: Float(seek.expected.range),
        pulses: Int(counts.up[$0] + counts.down[$0]), verdict: .budget)
    }
    var points: [(cell: Int, value: Double, variance: Double)] = []
    var slopes: [Double] = []
    var others = Set(estimates.indices)
    if turns.turns.count >= BoundTurns.fewest {
      let readVariance =
        device.capabilities.converter.variance(averages: seek.averages)
        + seek.expected.writeNoise * seek.expected.writeNoise
      for (place, cell) in cells.enumerated() {
        switch turns.finding(
          of: place, readVariance: readVariance, leastSlope: 0.1 * seek.expected.slope)
        {
        case .point(let value, let variance, let sum):
          points.append((cell, value, variance))
          slopes.append(sum)
          others.remove(cell)
        case .coarse: estimates[cell].verdict = .edge
        case .stuck:
          estimates[cell].verdict = .stuck
          others.remove(cell)
        }
      }
    }
    // The error of the error of a single cell is a quarter of it, and cells that seem sure by chance would count most.
    // All have about the same noise, which their slopes turn into an error.
    let squares = zip(points, slopes).map { $0.variance * $1 * $1 }.sorted()
    if !squares.isEmpty {
      let usual = squares[squares.count / 2]
      for place in points.indices {
        let shared = usual / (slopes[place] * slopes[place])
        points[place].variance = (points[place].variance + shared) / 2
      }
    }
    tell(points, and: others, to: &estimates)
    return SearchResult(
      region: region, estimates: estimates, reads: course[course.count - 1].reads,
      innovationRatio: 1, course: course, stoppedBy: stop)
  }
}
