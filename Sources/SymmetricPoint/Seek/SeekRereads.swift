import DeviceContract

// Rows are read anew before their pulses where states have moved since they were last read.
extension SeekWork {
  /// The round in which rows are read anew to see whether states move: that of the first long bursts.
  private static let lookingRound = 2

  /// Whether the next pulses ask for rows to be read anew before them.
  mutating func rereads(for pulses: [Int]) -> Bool {
    guard let drift, let geometry, !search.rereads else { return search.rereads }
    let isUnknown = search.disturb == nil && geometry.scheme != .isolated
    let moves = drift.moves(by: pulses, isRow: false, array)
    let tooFar = moves.isEmpty ? 0 : excess(of: moves, pulses)
    isRereading = tooFar > 1 || isUnknown && round == Self.lookingRound
    if tooFar > 1 && !wasBlurred {
      blur(drift)
    }
    return isRereading
  }

  /// A round without pulses, where it is to be seen whether states relax; nil where that is known.
  mutating func rest() -> [Int]? {
    guard !isRested, let drift, search.relaxation == nil, !wasBlurred, !search.rereads else {
      return nil
    }
    if restsLeft == nil {
      restsLeft = drift.readsOfRest(harm: Self.harm * search.tolerance, array)
      restsAll = restsLeft ?? 0
    }
    isRested = restsLeft == 0
    return isRested ? nil : Array(repeating: 0, count: spent.count)
  }

  /// Takes what was read without pulses.
  mutating func takeRest(_ readings: [Float]) {
    let left = (restsLeft ?? 1) - 1
    drift?.rest(readings, isFirst: left == restsAll - 1, isLast: left == 0, array)
    restsLeft = left
    guard left == 0, let drift else { return }
    isRested = true
    guard drift.unseenBias > Self.harm * search.tolerance else { return }
    blur(drift)
  }

  /// What was read until now was of states that had moved unseen.
  ///
  /// Moves of one direction look like a slope of all cells alike, and no number of cells averages them away: where they
  /// are more than reads err by, all of it is forgotten.
  private mutating func blur(_ drift: SeekDrift) {
    wasBlurred = true
    let variance = drift.strayVariance
    guard variance > Self.mostBlur * array.noise.read else {
      return array.blur(variance)
    }
    array.forget(drift.readings)
    restarts = Array(repeating: 0, count: restarts.count)
    (nextReplay, replayStep) = (round, 1)
  }

  /// Twice the error of a read.
  private static let mostBlur = 4.0

  /// The part of the tolerance by which moves may falsify a symmetric point.
  private static let harm = 0.3

  /// How far cells move by how far they may; the root mean square.
  ///
  /// A move of a quarter of the error of a read does not count, and one that is 0.3 of what a burst does a tolerance
  /// away from the symmetric point.
  private func excess(
    of moves: [(cell: Int, exposed: Double, relaxed: Double)], _ pulses: [Int]
  ) -> Double {
    let error = array.noise.read.squareRoot()
    let squares = moves.reduce(0.0) { sum, move in
      let most = min(0.25 * error, Self.harm * search.tolerance * pull(move.cell, pulses))
      let ratio = (move.exposed + move.relaxed) / most
      return sum + ratio * ratio
    }
    return (squares / Double(moves.count)).squareRoot()
  }

  /// How much nearer to its symmetric point a burst brings a cell, as a part of the distance.
  private func pull(_ cell: Int, _ pulses: [Int]) -> Double {
    let lines = array.cells[cell].lines.values
    let slope = max(lines[1] + lines[3], search.expected.step / search.expected.range)
    return Double(abs(pulses[cell])) * slope / 2
  }

  /// How far relaxation would move the symmetric points that are measured, were it not known.
  mutating func weighRelaxation(during pulses: [Int], isAnew: Bool) {
    guard let drift, drift.relaxation > 0 else { return }
    for move in drift.moves(by: pulses, isRow: isAnew, array) {
      bias[move.cell] += SIMD2(move.relaxed, pull(move.cell, pulses))
    }
  }

  /// A tenth of that is left where relaxation is known, since it is not quite that of every cell.
  private static let mostBias = 1.0

  /// What is known of each cell; those that relax faster than they can be pulsed are not what they are taken to be.
  func estimates(_ counts: CellCounts) -> [SymmetricPointEstimate] {
    var estimates = array.estimates(counts, tolerance: search.tolerance)
    let unseen = drift?.unseenBias ?? 0
    for cell in estimates.indices {
      let (relaxed, pull) = (bias[cell][0], bias[cell][1])
      guard (pull > 0 ? relaxed / pull : unseen) > Self.mostBias * search.tolerance,
        ![.stuck, .outside].contains(estimates[cell].verdict)
      else { continue }
      estimates[cell].verdict = .model
    }
    return estimates
  }
}
