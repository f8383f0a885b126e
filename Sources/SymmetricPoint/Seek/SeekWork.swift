import DeviceContract

/// Where a search stands: which pulses come next, and what follows from what was read.
///
/// It knows no device, so that the same numbers come out wherever the pulses are fired.
struct SeekWork {
  let search: Seek
  var array: FilteredArray
  private(set) var reads = 1
  /// The ways of a few cells.
  private(set) var recorder: CourseRecorder
  private(set) var round = 0
  /// Cells that take part.
  private let takesPart: [Bool]
  let geometry: SeekGeometry?
  /// What moves states besides their own pulses.
  var drift: SeekDrift?
  /// Pulses of each cell so far.
  private(set) var spent: [Int]
  var isUp: [Bool]
  /// ``isUp`` as it was before this round.
  private(set) var before: [Bool] = []
  /// Cells that want a polarity which their row did not have.
  var waits: [Bool]
  private var isDone: [Bool]
  /// The standard deviation at which cells are done for now.
  private var aim: Double
  /// Whether rows are read anew before their pulses.
  var isRereading: Bool
  /// Whether it is known that states move.
  var wasBlurred = false
  /// Reads without pulses that are to come, and whether they have been.
  var restsLeft: Int?
  var restsAll = 0
  var isRested = false
  /// How far relaxation moved each cell since it is known, and by how much pulses brought it nearer to its symmetric
  /// point, as a part of the distance.
  var bias: [SIMD2<Double>]
  /// The pulses of the probe of each cell that has one.
  private var probes: [Int: Int] = [:]
  /// How often the lines of each cell have been begun anew.
  var restarts: [Int]
  /// Pulses of all cells when the array was last learnt from.
  private var learntAt = 0
  /// The probe: so many pulses up and down, enough to be seen in a read.
  private let probe: Int
  /// The most pulses between two reads.
  let longest: Int
  /// After which round all bursts are linearised anew.
  var nextReplay = 1, replayStep = 1

  /// - Parameters:
  ///   - sample: the cells that take part; nil for all.
  ///   - geometry: where the cells lie; nil where they have nothing to do with each other.
  init(
    _ search: Seek, readings: [Float], readVariance: Double, sample: [Int]? = nil,
    geometry: SeekGeometry? = nil
  ) {
    self.search = search
    self.geometry = geometry
    drift = geometry.map {
      SeekDrift(
        readings, $0, variance: readVariance, disturb: search.disturb ?? 0,
        relaxation: search.relaxation ?? 0)
    }
    aim = search.tolerance
    isRereading = search.rereads
    waits = Array(repeating: false, count: readings.count)
    bias = Array(repeating: SIMD2(), count: readings.count)
    let expected = search.expected
    array = FilteredArray(expected, readings: readings, readVariance: readVariance)
    if let known = search.known { array.know(known) }
    spent = Array(repeating: 0, count: readings.count)
    isUp = Array(repeating: true, count: readings.count)
    restarts = Array(repeating: 0, count: readings.count)
    var takesPart = Array(repeating: sample == nil, count: readings.count)
    for cell in sample ?? [] { takesPart[cell] = true }
    self.takesPart = takesPart
    recorder = CourseRecorder(sample ?? Array(readings.indices))
    isDone = takesPart.map { !$0 }
    let visible = 6 * array.noise.read.squareRoot() / expected.step
    probe = Int(min(max(visible, 4), max(1, 0.15 * expected.range / expected.step)))
    longest = min(
      max(2, Int(search.stride * expected.range / expected.step)), Int(Int16.max))
    probes = probes(
      takesPart.indices.filter { takesPart[$0] }, of: min(probe, max(1, search.mostPulses / 2)))
  }

  /// Whether more pulses of a cell may tell more of it.
  func isOpen(_ cell: Int) -> Bool {
    takesPart[cell] && spent[cell] < search.mostPulses && !array.isStuck[cell]
      && (!array.cells[cell].isMisfit || array.stopToLeave(cell) != nil)
  }

  /// How far it is.
  var progress: SearchProgress {
    let cells = takesPart.indices.filter { takesPart[$0] }
    return SearchProgress(
      done: cells.count { isDone[$0] }, cells: cells.count, pulses: spent.reduce(0, +),
      reads: reads, deviation: array.deviation(of: cells))
  }

  /// The pulses of each cell in the next round, positive for up; nil where all is done.
  ///
  /// Each round has a pulse, so that the most pulses bound the rounds, but for some that only read.
  mutating func next() -> [Int]? {
    if let pulses = pulsesOfNext() { return pulses }
    guard let rest = rest() else {
      // What rest has shown may ask for more.
      return isRested && wasBlurred ? pulsesOfNext() : nil
    }
    return rest
  }

  private mutating func pulsesOfNext() -> [Int]? {
    let waited = waits
    waits = Array(repeating: false, count: waits.count)
    guard left != 0 else { return nil }
    if round < 2 {
      let sign = round == 0 ? 1 : -1
      let pulses = spent.indices.map { sign * min(probes[$0] ?? 0, search.mostPulses - spent[$0]) }
      return pulses.contains { $0 != 0 } ? pulses : nil
    }
    if search.mostPulsesInAll != nil { settle() }
    let total = spent.reduce(0, +)
    if isDone.allSatisfy({ $0 }) && Double(total) > 1.02 * Double(learntAt) {
      // What the last bursts tell of all cells may show that some are not done; few bursts tell little.
      learn()
      judge()
    }
    before = isUp
    var pulses = Array(repeating: 0, count: spent.count)
    for cell in pulses.indices where !isDone[cell] {
      pulses[cell] = burst(of: cell)
      if pulses[cell] == 0 { isDone[cell] = true }
    }
    guard !isDone.allSatisfy({ $0 }) else { return nil }
    if let geometry, search.isAligned, alignmentPays(pulses, geometry) {
      pulses = aligned(pulses, columns: geometry.columns, waited: waited)
    }
    return divided(pulses)
  }

  /// Whether the noise of pulses and not the way to the symmetric point is what costs pulses.
  private var isNoisy: Bool { array.wander > search.tolerance / 2 }

  /// How far a cell is swung to either side of its symmetric point.
  var half: Double {
    max(
      search.swing * search.expected.range, isNoisy ? search.noisySwing * array.step : 0) / 2
  }

  /// The burst that brings a cell beyond its symmetric point, or as much of it as is needed.
  private mutating func burst(of cell: Int) -> Int {
    let left = search.mostPulses - spent[cell]
    guard left > 0 else { return 0 }
    let filter = array.cells[cell]
    // No further than a little beyond where it has been: lines that are not known yet may cross anywhere.
    let point = array.nearby(array.symmetricPoint(of: cell).value, to: cell)
    if let stop = array.stopToLeave(cell), isUp[cell] == stop.isUpper {
      isUp[cell].toggle()
      return (isUp[cell] ? 1 : -1) * min(longest, left)
    }
    let half = half
    // From far away towards it; around it in turn.
    if abs(filter.weight - point) > half {
      isUp[cell] = point > filter.weight
    } else {
      isUp[cell].toggle()
    }
    let target = point + (isUp[cell] ? half : -half)
    let middle = (filter.weight + target) / 2
    let step = max(
      isUp[cell] ? filter.lines.up(at: middle) : filter.lines.down(at: middle),
      0.2 * search.expected.step)
    let distance = isUp[cell] ? target - filter.weight : filter.weight - target
    // Noise often has brought the cell beyond already; reads that tell nothing are no use either.
    // So that a cell does not go on for ever in small bursts each has a hundredth of what it had before.
    let fewest = max(2, probe / 4, isNoisy ? longest / 2 : 0, spent[cell] / 100)
    let most = min(max(fewest, Int(min((distance / step).rounded(), 1e6))), longest, left)
    let sign = isUp[cell] ? 1 : -1
    guard filter.bursts.count + 1 >= Seek.fewestBursts else { return sign * most }
    // The fewest of some that are enough, if any of them are.
    for part in [0.15, 0.3, 0.45, 0.6, 0.8] {
      let fewer = max(fewest, Int(part * Double(most)))
      if fewer < most,
        array.deviation(of: cell, after: sign * fewer, rereads: isRereading) <= aim
      {
        return sign * fewer
      }
    }
    return sign * most
  }

  /// Takes what was read after the pulses of a round, and before them where rows are read anew.
  mutating func take(_ readings: [Float], after pulses: [Int], before: [Float]? = nil) {
    guard pulses.contains(where: { $0 != 0 }) else {
      reads += 1
      takeRest(readings)
      judge()
      recorder.record(array) { _ in 0 }
      return
    }
    let own = drift?.notice(readings, after: pulses, before: before, array)
    weighRelaxation(during: pulses, isAnew: before != nil)
    array.add(pulses, own ?? readings, before: before)
    for cell in pulses.indices { spent[cell] += abs(pulses[cell]) }
    reads += before == nil ? 1 : 2
    if round == 1 {
      learn()
      for cell in isUp.indices {
        // The first burst goes towards the symmetric point: away from it now, since aiming turns round.
        isUp[cell] = array.symmetricPoint(of: cell).value <= array.cells[cell].weight
      }
    } else if round - 1 == nextReplay {
      learn()
      nextReplay += replayStep
      replayStep *= 2
    }
    round += 1
    // A stuck cell shows after a few long bursts; later ones are seen whenever the array is learnt from.
    if (2...24).contains(round) { array.findStuck() }
    if round >= 2 { judge() }
    recorder.record(array) { pulses[$0] }
  }

  private mutating func judge() {
    for cell in isDone.indices where takesPart[cell] { follow(cell) }
    settle()
  }

  private mutating func settle() {
    aim = commonAim()
    for cell in isDone.indices where takesPart[cell] {
      isDone[cell] =
        spent[cell] >= search.mostPulses || array.isStuck[cell]
        || array.cells[cell].bursts.count >= Seek.fewestBursts
          && array.isSettled(cell, tolerance: aim)
    }
  }

  /// Begins the lines of a cell anew where it left the part of its response that they hold for.
  private mutating func follow(_ cell: Int) {
    let filter = array.cells[cell]
    let reach = search.stride * search.expected.range
    guard restarts[cell] < search.mostRestarts, spent[cell] < search.mostPulses else { return }
    let visited = filter.visited
    let hasLeft = filter.local != nil && visited.upperBound - visited.lowerBound > 2 * reach
    guard filter.isMisfit || hasLeft, array.boundBefore(cell) == nil,
      array.stopToLeave(cell) == nil
    else { return }
    restarts[cell] += 1
    array.localise(cell, reach: reach)
  }

  private mutating func learn() {
    array.learn()
    learntAt = spent.reduce(0, +)
  }
}
