public import DeviceContract
import Foundation

/// The cells of a tile as others pulse and read them: what their moves say of their symmetric points.
///
/// It fires nothing.
/// Cells are known from their first reading on; pulses before that change nothing of what is learnt later.
public struct PassiveArray: Sendable {
  /// The tile.
  public let tile: Tile
  /// Word and bit lines of the tile.
  public let rows: Int, columns: Int
  /// What was expected before the first pulse.
  public let expected: ResponseExpectation
  /// Standard deviation of a sample of a read, as a weight.
  public let readNoise: Double
  /// The place of each cell of the tile in ``cells``; -1 where it was not read.
  private var places: [Int32]
  private(set) var cells: [PassiveCell] = []
  /// The cells as seen since the last ``checkpoint()`` alone.
  private(set) var recent: [PassiveCell] = []
  /// The cell of the tile behind each of ``cells``.
  public private(set) var members: [Int] = []
  /// Reads after pulses since ``readsAfterPulses()`` was called, where they are kept: places in ``members``, and weights.
  private var kept: [(place: Int, weight: Float)] = []
  /// Whether reads are kept for ``readsAfterPulses()``.
  public var keepsReads = false
  private(set) var belief: LineBelief?
  private(set) var noise: LineFilter.Noise
  /// What an earlier pass found of the same cells.
  private let earlier: Findings?

  /// What a pass over a record leaves for the next one.
  private struct Findings: Sendable {
    var belief: LineBelief
    var lines: [Int: StraightLines]
  }

  /// Cells of which nothing is known.
  public init(
    _ expected: ResponseExpectation, tile: Tile, rows: Int, columns: Int, readNoise: Double
  ) {
    self.init(expected, tile, rows, columns, readNoise, earlier: nil)
  }

  private init(
    _ expected: ResponseExpectation, _ tile: Tile, _ rows: Int, _ columns: Int,
    _ readNoise: Double, earlier: Findings?
  ) {
    (self.expected, self.tile, self.rows, self.columns) = (expected, tile, rows, columns)
    (self.readNoise, self.earlier) = (readNoise, earlier)
    places = Array(repeating: -1, count: rows * columns)
    noise = LineFilter.Noise(
      pulse: expected.pulseNoise, isMultiplicative: expected.isNoiseMultiplicative, read: 0)
    belief = earlier?.belief
  }

  /// The same cells before their first reading, with what was found of all of them together, and steps that are linear
  /// around what was found of each: for a second pass over the same record.
  public var again: PassiveArray {
    guard let belief = learnt else { return self }
    var lines: [Int: StraightLines] = [:]
    for (place, cell) in cells.enumerated() where isInformed(cell) {
      lines[members[place]] = cell.state.lines
    }
    var next = PassiveArray(
      expected, tile, rows, columns, readNoise,
      earlier: Findings(belief: belief, lines: lines))
    next.noise.pulse = noise.pulse
    return next
  }

  // MARK: - What is seen

  /// Takes what a read found.
  public mutating func take(_ reading: Reading) {
    guard reading.region.tile == tile else { return }
    let sample = readNoise * readNoise / Double(max(1, reading.averages))
    let write = expected.writeNoise * expected.writeNoise
    if belief == nil, !reading.weights.isEmpty {
      let sorted = reading.weights.sorted()
      belief = LineBelief(expected, from: Double(sorted[sorted.count / 2]))
    }
    guard let belief else { return }
    // Write noise stays until the next pulse: a second read of it tells next to nothing.
    let repeats = write < sample
    reading.region.forEachRow(columns: columns) { row, first in
      for cell in row {
        let value = Double(reading.weights[first + cell - row.lowerBound])
        guard value.isFinite else { continue }
        if places[cell] < 0 {
          places[cell] = Int32(cells.count)
          members.append(cell)
          let lines = earlier?.lines[cell]
          cells.append(
            PassiveCell(
              reading: value, belief: lines.map(belief.heavyTailed) ?? belief,
              variance: sample + write, around: lines))
          recent.append(cells[cells.count - 1])
        } else {
          let place = Int(places[cell])
          if keepsReads, cells[place].isPending { kept.append((place, Float(value))) }
          cells[place].take(reading: value, variance: sample + write, repeats: repeats)
          recent[place].take(reading: value, variance: sample + write, repeats: repeats)
        }
      }
    }
  }

  /// Reads of cells after pulses that have not been handed out yet: what trackers over reads follow.
  public mutating func readsAfterPulses() -> [(place: Int, weight: Float)] {
    defer { kept = [] }
    return kept
  }

  /// Takes pulses on the cells of a region.
  mutating func take(_ acts: TrainActs, _ region: CellRegion) {
    guard region.tile == tile else { return }
    switch acts {
    case .same(let acts):
      region.forEachRow(columns: columns) { row, _ in
        for cell in row { take(acts, cell) }
      }
    case .each(let counts):
      if let few = counts.few {
        for pulsed in few {
          take([.burst(Int(pulsed.count))], region.cell(pulsed.place, columns: columns))
        }
      } else {
        region.forEachRow(columns: columns) { row, first in
          for cell in row {
            let count = Int(counts[first + cell - row.lowerBound])
            if count != 0 { take([.burst(count)], cell) }
          }
        }
      }
    }
  }

  /// Takes pulses that are known cell by cell.
  mutating func take(_ acts: [[CellActs]], _ region: CellRegion) {
    guard region.tile == tile, acts.count == region.count else { return }
    for (place, acts) in acts.enumerated() { take(acts, region.cell(place, columns: columns)) }
  }

  private mutating func take(_ acts: [CellActs], _ cell: Int) {
    let place = Int(places[cell])
    guard place >= 0 else { return }
    for act in acts {
      pulses += act.counts.up + act.counts.down
      cells[place].take(act, noise)
      recent[place].take(act, noise)
    }
  }

  /// Takes it that cells got pulses of which it is not known how many.
  mutating func lose(_ region: CellRegion) {
    guard region.tile == tile else { return }
    for place in 0..<region.count {
      let cell = Int(places[region.cell(place, columns: columns)])
      guard cell >= 0 else { continue }
      cells[cell].lose()
      recent[cell].lose()
    }
  }

  /// Takes it that any cell may have been pulsed.
  mutating func loseAll() {
    for cell in cells.indices {
      cells[cell].lose()
      recent[cell].lose()
    }
  }

  /// Begins a new stretch: what ``recentEstimates`` tells comes from pulses after this alone.
  public mutating func checkpoint() {
    guard let belief else { return }
    for cell in recent.indices { recent[cell].forget(belief) }
  }

  // MARK: - What is learnt

  /// The smallest region that holds all cells that were read.
  ///
  /// - Precondition: there is one.
  public var readRegion: CellRegion {
    precondition(!members.isEmpty, "a cell that was read")
    func range(_ lines: [Int]) -> Range<Int> { (lines.min() ?? 0)..<(lines.max() ?? 0) + 1 }
    let row = range(members.map { $0 / columns })
    let column = range(members.map { $0 % columns })
    return CellRegion(
      tile: tile, rows: Row(row.lowerBound)..<Row(row.upperBound),
      columns: Column(column.lowerBound)..<Column(column.upperBound))
  }

  /// Whether a cell says enough to speak for others.
  private func isInformed(_ cell: PassiveCell) -> Bool {
    cell.reads >= 8 && cell.up > 0 && cell.down > 0 && cell.jumps * 20 <= cell.reads
  }

  /// What all cells together say of one of which nothing was seen; nil where too few say anything.
  private var learnt: LineBelief? {
    let informed = cells.filter(isInformed)
    guard informed.count >= 8, let belief else { return belief }
    let census = LineCensus(informed.map(\.state))
    let before = LineBelief(mean: belief.mean, covariance: belief.covariance)
    return LineBelief(mean: census.mean, covariance: census.spread).widened(before)
  }

  /// Slopes whose sum is below this cannot be told from none.
  private var leastSlope: Double {
    let slopes = belief.map { $0.mean[1] + $0.mean[3] } ?? 0
    return 0.05 * (slopes > 0 ? slopes : 2 * expected.slope)
  }

  /// Squared innovations by their variances in the median cell: 1 where noise and lines are as assumed.
  public var innovationRatio: Double {
    let ratios = cells.filter { $0.innovationCount > 0 }.map { cell in
      let count = Double(cell.innovationCount)
      let root = 1 - 2 / (9 * count)
      return cell.innovations / count / (root * root * root)
    }.sorted()
    return ratios.isEmpty ? 1 : ratios[ratios.count / 2]
  }

  /// Pulses that are known of all cells, from reads on: over all ``members``.
  public private(set) var pulses = 0

  /// What is known of each cell of ``members``, from all that was seen.
  public var estimates: [PassiveEstimate] { estimates(of: cells) }

  /// What is known of each cell of ``members`` from what was seen since the last ``checkpoint()``.
  public var recentEstimates: [PassiveEstimate] { estimates(of: recent) }

  /// What a normal filter leaves out where steps or their noise reach the bounds, in steps at the symmetric point.
  ///
  /// Measured: on "reram-om" and "reram-hfo2" under trainings, intervals of cells whose slopes are below
  /// ``PassiveEstimate/coarse`` cover as they should with it.
  private static let leftOut = 0.03

  private func estimates(of cells: [PassiveCell]) -> [PassiveEstimate] {
    let (ratio, slope) = (max(1, innovationRatio), leastSlope)
    let prior = belief.map { belief in
      let direction = StraightLines(belief.mean).direction(leastSlope: slope)
      return max((direction * belief.covariance.times(direction)).sum(), 0).squareRoot()
    }
    return cells.map { cell in
      let (value, deviation) = cell.symmetricPoint(leastSlope: slope)
      let own = cell.innovationCount > 0 ? cell.innovations / Double(cell.innovationCount) : 1
      let lines = cell.state.lines
      let step = lines.up(at: value - cell.origin) + lines.down(at: value - cell.origin)
      let left = Self.leftOut * max(0, step) / 2
      let total = (deviation * deviation * max(ratio, own) + left * left).squareRoot()
      return PassiveEstimate(
        value: value, deviation: total, up: cell.up, down: cell.down,
        reads: cell.reads, says: PassiveEstimate.Says(cell, total, prior: prior))
    }
  }
}

extension LineBelief {
  /// The same for a cell whose lines are about these: the normal that a Student's t of four degrees of freedom is there.
  ///
  /// Some cells differ from all others by more than a normal lets them, such as those of a log-normal step.
  fileprivate func heavyTailed(_ lines: StraightLines) -> LineBelief {
    let away = covariance.lower.solving(lines.values - mean)
    let scale = (4 + (away * away).sum()) / 8
    guard scale > 1 else { return self }
    var wide = self
    for column in 0..<4 { wide.covariance[column] *= scale }
    return wide
  }
}
