import DeviceContract

/// Where a search stands: which pulses come next, and what follows from what was read.
///
/// It knows no device, so that the same numbers come out wherever the pulses are fired.
struct SeekWork {
  private let search: Seek
  private(set) var array: FilteredArray
  private(set) var reads = 1
  private var round = 0
  /// Pulses of each cell so far.
  private var spent: [Int]
  private var isUp: [Bool]
  private var isDone: [Bool]
  /// The probe: so many pulses up and down, enough to be seen in a read.
  private let probe: Int
  /// The most pulses between two reads.
  private let longest: Int
  /// After which round all bursts are linearised anew.
  private var nextReplay = 1
  private static let mostRounds = 1_000

  init(_ search: Seek, readings: [Float], readVariance: Double) {
    self.search = search
    let expected = search.expected
    array = FilteredArray(expected, readings: readings, readVariance: readVariance)
    spent = Array(repeating: 0, count: readings.count)
    isUp = Array(repeating: true, count: readings.count)
    isDone = Array(repeating: false, count: readings.count)
    let visible = 6 * array.noise.read.squareRoot() / expected.step
    probe = Int(min(max(visible, 4), 0.15 * expected.range / expected.step))
    longest = min(
      max(2, Int(search.stride * expected.range / expected.step)), Int(Int16.max))
  }

  /// Cells that need no more pulses.
  var done: Int { isDone.count { $0 } }

  /// The pulses of each cell in the next round, positive for up; nil where all is done.
  mutating func next() -> [Int]? {
    guard round < Self.mostRounds else { return nil }
    switch round {
    case 0: return spent.map { min(probe, search.mostPulses - $0) }
    case 1: return spent.map { -min(probe, search.mostPulses - $0) }
    default: break
    }
    var pulses = Array(repeating: 0, count: spent.count)
    for cell in pulses.indices where !isDone[cell] {
      pulses[cell] = aim(cell)
      if pulses[cell] == 0 { isDone[cell] = true }
    }
    return isDone.allSatisfy { $0 } ? nil : pulses
  }

  /// The burst that brings a cell beyond its symmetric point, or as much of it as is needed.
  private mutating func aim(_ cell: Int) -> Int {
    let left = search.mostPulses - spent[cell]
    guard left > 0 else { return 0 }
    let filter = array.cells[cell]
    let window = search.expected.window
    let margin = 0.1 * search.expected.range
    let point = min(
      max(array.symmetricPoint(of: cell).value, window.lowerBound - margin),
      window.upperBound + margin)
    let half = search.swing * search.expected.range / 2
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
    let most = min(max(2, Int((distance / step).rounded())), longest, left)
    let sign = isUp[cell] ? 1 : -1
    guard filter.bursts.count + 1 >= Seek.fewestBursts else { return sign * most }
    // The fewest of some that are enough, if any of them are.
    for part in [0.15, 0.3, 0.45, 0.6, 0.8] {
      let fewer = max(2, Int(part * Double(most)))
      if fewer < most, array.deviation(of: cell, after: sign * fewer) <= search.tolerance {
        return sign * fewer
      }
    }
    return sign * most
  }

  /// Takes what was read after the pulses of a round.
  mutating func take(_ readings: [Float], after pulses: [Int]) {
    array.add(pulses, readings)
    for cell in pulses.indices { spent[cell] += abs(pulses[cell]) }
    reads += 1
    if round == 1 {
      learn()
      for cell in isUp.indices {
        // The first burst goes towards the symmetric point: away from it now, since aiming turns round.
        isUp[cell] = array.symmetricPoint(of: cell).value <= array.cells[cell].weight
      }
    } else if round - 1 == nextReplay {
      learn()
      nextReplay *= 2
    }
    round += 1
    guard round >= 2 else { return }
    for cell in isDone.indices {
      isDone[cell] =
        spent[cell] >= search.mostPulses
        || array.cells[cell].bursts.count >= Seek.fewestBursts
          && array.symmetricPoint(of: cell).deviation <= search.tolerance
    }
  }

  private mutating func learn() {
    array.replay()
    array.learn()
  }

  /// What is known of each cell.
  func estimates(_ counts: CellCounts) -> [SymmetricPointEstimate] {
    let ratio = max(1, array.innovationRatio).squareRoot()
    return array.cells.indices.map { cell in
      let (point, deviation) = array.symmetricPoint(of: cell)
      return SymmetricPointEstimate(
        value: Float(point), halfWidth: Float(Seek.confidence * deviation * ratio),
        pulses: Int(counts.up[cell] + counts.down[cell]),
        verdict: deviation <= search.tolerance ? .converged : .didNotConverge)
    }
  }
}
