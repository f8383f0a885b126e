/// Where a sweep stands; it knows no device.
struct SweepWork {
  private let search: Sweep
  private(set) var array: FilteredArray
  private(set) var reads = 1
  /// The ways of a few cells.
  private(set) var recorder: CourseRecorder
  /// Pulses of each cell so far.
  private var spent = 0
  /// The pulses of the ramp that are still to come, read by read; positive for up.
  private var ahead: [Int]
  private var isUp = true

  init(_ search: Sweep, readings: [Float], readVariance: Double) {
    self.search = search
    array = FilteredArray(search.expected, readings: readings, readVariance: readVariance)
    recorder = CourseRecorder(readings.indices)
    let part =
      max(1, Int(search.ramp * search.expected.range / search.expected.step))
      / max(1, search.readsPerRamp)
    ahead = [max(1, part), -max(1, part)]
  }

  private var known: Int {
    array.cells.indices.count {
      array.cells[$0].bursts.count >= Seek.fewestBursts
        && array.isSettled($0, tolerance: search.tolerance) || array.isStuck[$0]
    }
  }

  /// How far it is.
  var progress: SearchProgress {
    let cells = array.cells.count
    return SearchProgress(
      done: known, cells: cells, pulses: spent * cells, reads: reads,
      deviation: array.deviation(of: array.cells.indices))
  }

  /// The next pulses of all cells, positive for up; nil where enough cells are known.
  mutating func next() -> Int? {
    if ahead.isEmpty { plan() }
    guard spent < search.mostPulses, Double(known) < search.share * Double(array.cells.count)
    else { return nil }
    let next = ahead.removeFirst()
    return next > 0
      ? min(next, search.mostPulses - spent) : -min(-next, search.mostPulses - spent)
  }

  /// Lays out a ramp to half its length beyond the median symmetric point.
  private mutating func plan() {
    let good = array.cells.indices.filter { !array.isStuck[$0] }
    let points = good.map { array.symmetricPoint(of: $0).value }.sorted()
    let weights = good.map { array.cells[$0].weight }.sorted()
    guard let middle = points.isEmpty ? nil : points[points.count / 2] else {
      spent = search.mostPulses
      return
    }
    let half = search.ramp * search.expected.range / 2
    let target = middle + (isUp ? half : -half)
    let distance = (target - weights[weights.count / 2]) * (isUp ? 1 : -1)
    let length = half * 2 / Double(max(1, search.readsPerRamp))
    let parts = max(1, Int((distance / length).rounded()))
    let pulses = max(1, Int(max(distance, length / 4) / Double(parts) / search.expected.step))
    ahead = Array(repeating: isUp ? pulses : -pulses, count: parts)
    isUp.toggle()
  }

  /// Takes what was read after the pulses.
  mutating func take(_ readings: [Float], after pulses: Int) {
    array.add(Array(repeating: pulses, count: readings.count), readings)
    spent += abs(pulses)
    reads += 1
    if reads == 3 {
      array.learn()
      // Upwards first, if that is where most cells have their symmetric point.
      let cells = array.cells.indices
      isUp =
        cells.count { array.symmetricPoint(of: $0).value > array.cells[$0].weight }
        > cells.count / 2
    } else if reads > 3 {
      ahead.isEmpty ? array.learn() : array.replay()
    }
    recorder.record(array) { _ in pulses }
  }
}
