import DeviceContract
import SymmetricPoint

/// Where a write stands: which pulses come next, and what follows from what was read.
///
/// It knows no device, so that the same numbers come out wherever the pulses are fired.
struct WriteVerifyWork {
  let write: WriteVerify
  private let targets: [Double?]
  private let array: MovedCell.Array
  private var cells: [MovedCell]
  /// The last reading.
  private(set) var weights: [Double]
  private(set) var reads = 1
  private(set) var rounds = 0
  /// Pulses of each cell so far.
  private(set) var spent: [Int]
  private var isDone: [Bool]
  /// What no pulse will change.
  private var verdicts: [WrittenCells.Verdict?]
  /// How often each cell has been beyond its target.
  private var turns: [Int]
  private var wentUp: [Bool?]
  /// The pulses that are left for later in this round.
  private var horizon = Int.max
  private var watches: [BoundWatch]
  /// The pulses that ask a silent cell whether it goes the other way, and where it stood; nil where that is not asked.
  private var questions: [(pulses: Int, from: Double)?]

  /// Turns after which a cell is left: by then one of so many places would have been near enough.
  private static let mostTurns = 12

  init(_ write: WriteVerify, targets: [Double?], readings: [Float], readVariance: Double) {
    self.write = write
    self.targets = targets
    let noise = write.expected.writeNoise
    let array = MovedCell.Array(
      expected: write.expected, readVariance: max(readVariance + noise * noise, 1e-12))
    self.array = array
    weights = readings.map(Double.init)
    cells = readings.indices.map { cell in
      let step = write.steps?[cell]
      let known = step.flatMap { step in targets[cell].map { (Double(step), $0) } }
      return MovedCell(reading: Double(readings[cell]), of: array, known: known)
    }
    spent = Array(repeating: 0, count: readings.count)
    isDone = targets.map { $0 == nil }
    verdicts = targets.map { $0 == nil ? .left : nil }
    turns = Array(repeating: 0, count: readings.count)
    wentUp = Array(repeating: nil, count: readings.count)
    watches = weights.map(BoundWatch.init)
    questions = Array(repeating: nil, count: readings.count)
    judge(strictly: true)
  }

  /// Cells that need no more pulses.
  var done: Int { isDone.count { $0 } }

  /// The standard deviation of a read, write noise included.
  private var readError: Double { array.readVariance.squareRoot() }

  /// What a read alone gets wrong, and another one right.
  private var blur: Double {
    let noise = write.expected.writeNoise
    return max(array.readVariance - noise * noise, 0).squareRoot()
  }

  /// Half of the step that a pulse towards its target would make.
  private func halfStep(_ cell: Int, to target: Double) -> Double {
    cells[cell].step(target > weights[cell] ? .up : .down, to: target, array) / 2
  }

  /// The pulses of each cell in the next round, positive for up; nil where all is done.
  mutating func next() -> [Int]? {
    guard rounds < write.mostRounds else { return nil }
    let needs = cells.indices.map { isDone[$0] ? 0 : need(of: $0) }
    // Those that need most first: what the others still need then is left for later, and that gets less from round to
    // round, so that all come to their ends together and nobody waits for a cell that gets nowhere.
    let whole = Int(min(write.expected.range / write.expected.step, 1e6))
    let most = min(horizon, whole, needs.reduce(0) { max($0, abs($1)) })
    let later = most > Self.together ? max(most / 2, most - blind) : 0
    horizon = later
    var pulses = needs
    for cell in pulses.indices where pulses[cell] != 0 {
      let need = abs(needs[cell])
      let share = isHeld(cell) ? need : need - later
      let left = write.mostPulses - spent[cell]
      let count = min(max(0, share), longest(cell, needs[cell]), left)
      pulses[cell] = needs[cell] > 0 ? count : -count
    }
    return pulses.contains { $0 != 0 } ? pulses : nil
  }

  private func isHeld(_ cell: Int) -> Bool {
    watches[cell].pulses > 0 || watches[cell].hopeless > 0 || questions[cell] != nil
  }

  /// So few pulses that no more rounds are worth the exposures that they save.
  private static let together = 4

  /// The most pulses between two reads: with what is not known of the step no further than the target, and never more
  /// than a tenth of the window.
  private func longest(_ cell: Int, _ need: Int) -> Int {
    if questions[cell] != nil { return abs(need) }
    let certain = Double(abs(need)) / cells[cell].doubt(need > 0 ? .up : .down)
    // Reads tell nothing of moves that are lost in their noise.
    let visible = min(4 * readError / write.expected.step, Double(abs(need)))
    return min(Int(max(1, certain, visible)), blind)
  }

  /// The pulses of ``stride`` by what is expected of a pulse.
  private var blind: Int {
    Int(min(max(1, Self.stride * write.expected.range / write.expected.step), Double(Int16.max)))
  }

  /// How far a cell is moved between two reads, as a part of the window.
  private static let stride = 0.1

  /// The pulses that would bring a cell to its target, positive for up.
  private func need(of cell: Int) -> Int {
    guard let target = targets[cell] else { return 0 }
    if let question = questions[cell] { return question.pulses }
    let distance = target - cells[cell].state
    // Where the state is there and what a write leaves on it is not, any pulse draws that anew.
    let isUp = distance == 0 ? target > weights[cell] : distance > 0
    let step = cells[cell].step(isUp ? .up : .down, to: target, array)
    let count = max(1, Int(min((abs(distance) / step).rounded(), 1e6)))
    return isUp ? count : -count
  }

  /// Takes what was read after the pulses of a round.
  mutating func take(_ readings: [Float], after pulses: [Int]) {
    rounds += 1
    reads += 1
    for cell in cells.indices {
      let reading = Double(readings[cell])
      if pulses[cell] != 0 {
        spent[cell] += abs(pulses[cell])
        count(pulses[cell], of: cell, reading)
      }
      cells[cell].take(reading, after: pulses[cell], array)
      weights[cell] = reading
    }
    judge(strictly: true)
  }

  /// Takes a read that no pulse came before: what the last one saw by chance does not come twice.
  mutating func take(last readings: [Float]) {
    reads += 1
    for cell in cells.indices {
      weights[cell] = Double(readings[cell])
      cells[cell].take(weights[cell], array)
    }
    judge(strictly: false)
  }

  /// Finds out which cells need no more.
  ///
  /// - Parameter strictly: whether a cell has to be as far within the tolerance as a read may be wrong.
  private mutating func judge(strictly: Bool) {
    for cell in cells.indices where verdicts[cell] == nil {
      guard let target = targets[cell] else { continue }
      if questions[cell] != nil, spent[cell] < write.mostPulses { continue }
      let distance = abs(weights[cell] - target)
      // Two errors within it, so that few are beyond it when they are read again; a cell that was there is not
      // brought nearer for what a read may have got wrong.
      let margin = strictly && !isDone[cell] ? min(2 * blur, write.tolerance / 2) : 0
      let near = max(
        write.tolerance - margin, halfStep(cell, to: target) + (isDone[cell] ? blur : 0))
      isDone[cell] =
        distance <= near || spent[cell] >= write.mostPulses || turns[cell] > Self.mostTurns
    }
  }

  /// Notes whether a cell went beyond its target, and whether something holds it.
  private mutating func count(_ pulses: Int, of cell: Int, _ reading: Double) {
    guard let target = targets[cell] else { return }
    let visible = 4 * readError * 2.0.squareRoot()
    if let question = questions[cell] {
      // Where it goes the other way, its bound is what holds it.
      questions[cell] = nil
      let moved = (reading - question.from) * (question.pulses > 0 ? 1 : -1)
      verdicts[cell] = moved > visible ? .outOfReach : .stuck
      isDone[cell] = true
      return
    }
    let isUp = pulses > 0
    if let last = wentUp[cell], last != isUp { turns[cell] += 1 }
    wentUp[cell] = isUp
    let (step, range) = (write.expected.step, write.expected.range)
    let finding = watches[cell].take(
      pulses, from: weights[cell], to: reading, target: target, step: step, range: range,
      visible: visible)
    switch finding {
    case .free: break
    case .bound where abs(target - reading) > write.tolerance:
      verdicts[cell] = .outOfReach
      isDone[cell] = true
    case .bound: break
    case .silent:
      // As far the other way as can be seen in a read, with steps of half the usual size.
      let count = min(Int(2 * visible / step) + 4, write.mostPulses - spent[cell])
      if count > 0 { questions[cell] = (isUp ? -count : count, reading) }
    }
  }

  /// What is said of each cell when no more pulses come.
  ///
  /// - Parameter counts: what was fired, also of a train that failed.
  func result(
    on region: CellRegion, _ counts: CellCounts, stoppedBy stop: DeviceError?
  ) -> WrittenCells {
    let cells = weights.indices.map { cell in
      WrittenCells.Cell(
        target: targets[cell].map { Float($0) }, weight: Float(weights[cell]),
        pulses: Int(counts.up[cell] + counts.down[cell]),
        verdict: verdict(of: cell, isStopped: stop != nil))
    }
    return WrittenCells(
      region: region, cells: cells, tolerance: write.tolerance, reads: reads, stoppedBy: stop)
  }

  /// - Parameter isStopped: whether the pulses ended before the cell did.
  private func verdict(of cell: Int, isStopped: Bool) -> WrittenCells.Verdict {
    guard let target = targets[cell] else { return .left }
    let distance = abs(weights[cell] - target)
    // Where a train failed, cells that were not done may have moved since the last read.
    if distance <= write.tolerance, isDone[cell] || !isStopped { return .reached }
    if let verdict = verdicts[cell] { return verdict }
    let isOver = spent[cell] >= write.mostPulses || rounds >= write.mostRounds
    let isNear = distance <= halfStep(cell, to: target) + 2 * blur
    return isNear || !isStopped && (!isOver || turns[cell] > Self.mostTurns)
      ? .near : .budget
  }
}
