/// What moves the states of cells besides their own pulses: half-selected lines, and time.
///
/// Seen of cells that were read twice with no pulse of their own in between: all cells where rows are read anew before
/// their pulses, and those that are done. A least-squares fit to how far they moved, of what one exposure does as a
/// part of a step, and of the rate at which states relax to 0.
struct SeekDrift: Sendable {
  private(set) var lines: SeekLines
  /// Variance of a read without write noise, which stays as it is until the next pulse.
  private let variance: Double
  private(set) var readings: [Float]
  /// Whether a cell had no pulses in the last round.
  private var wasIdle: [Bool]
  /// Sums of products of exposures (times step), relaxation (minus state times time) and what was read.
  private var exposures = 0.0, relaxations = 0.0, both = 0.0
  private var exposureMoves = 0.0, relaxationMoves = 0.0
  /// What was expected of the two below.
  private let least: (disturb: Double, relaxation: Double)
  /// The part of a step by which an exposure moves a cell, and the rate in 1/s; what was expected while they cannot be
  /// told from it.
  private(set) var disturb: Double, relaxation: Double

  /// The largest mean squares over the cells, of rounds in which they were not read before, and how many there were.
  private var mostExposed = 0.0, mostRelaxed = 0.0, unseen = 0
  /// How far cells relaxed in these rounds by a rate of 1/s, and by how much their pulses brought them nearer to their
  /// symmetric points; sums over cells and rounds, the latter as parts of the distance.
  private var relaxedSum = 0.0, pullSum = 0.0

  init(
    _ readings: [Float], _ geometry: SeekGeometry, variance: Double, disturb: Double = 0,
    relaxation: Double = 0
  ) {
    least = (disturb, relaxation)
    (self.disturb, self.relaxation) = (disturb, relaxation)
    lines = SeekLines(cells: readings.count, geometry)
    (self.readings, self.variance) = (readings, variance)
    wasIdle = Array(repeating: false, count: readings.count)
    for row in 0..<lines.rows { lines.read(row: row) }
  }

  /// Takes the readings after the pulses of a round, and those before them where rows were read anew.
  ///
  /// - Returns: the readings as they would be, had the cells only moved by their own pulses since those before.
  mutating func notice(
    _ after: [Float], after pulses: [Int], before: [Float]?, _ array: FilteredArray
  ) -> [Float] {
    var own = after
    let columns = readings.count / lines.rows
    let cells = { (row: Int) in row * columns..<(row + 1) * columns }
    if let before {
      for row in 0..<lines.rows {
        // All cells: which of them are pulsed next follows from the last reading, and so from its error.
        for cell in cells(row) { add(cell, before[cell], array) }
        lines.read(row: row)
        lines.fire(row: row, of: pulses)
        guard cells(row).contains(where: { pulses[$0] != 0 }) else { continue }
        for cell in cells(row) where pulses[cell] != 0 {
          let weight = Double(before[cell] + after[cell]) / 2
          let felt = lines.felt(cell, pulses: pulses[cell])
          own[cell] += Float(
            relaxation * weight * lines.age(ofRow: row)
              - disturb * SeekDrift.steps(felt, of: array.cells[cell], at: weight))
        }
        lines.read(row: row)
      }
    } else {
      for row in 0..<lines.rows { lines.fire(row: row, of: pulses) }
      weigh(pulses, array)
      for row in 0..<lines.rows {
        // The last reading is why a cell is idle; the one after it is not.
        for cell in cells(row) where pulses[cell] == 0 && wasIdle[cell] {
          add(cell, after[cell], array)
        }
        lines.read(row: row)
      }
    }
    readings = after
    for cell in pulses.indices { wasIdle[cell] = pulses[cell] == 0 }
    find()
    return own
  }

  /// Takes readings without pulses in between: the first is where the cells start, and the last is where they are.
  mutating func rest(_ readings: [Float], isFirst: Bool, isLast: Bool, _ array: FilteredArray) {
    guard isFirst || isLast else {
      lines.pass()
      return
    }
    let columns = readings.count / lines.rows
    for row in 0..<lines.rows {
      if !isFirst {
        for cell in row * columns..<(row + 1) * columns { add(cell, readings[cell], array) }
      }
      lines.read(row: row)
    }
    self.readings = readings
    find(deviations: isLast ? Self.deviationsOfRest : 4)
  }

  /// How many reads without pulses tell whether states relax by as much as would matter.
  ///
  /// - Parameter harm: how far relaxation may move symmetric points, as a weight.
  func readsOfRest(harm: Double, _ array: FilteredArray) -> Int {
    guard relaxedSum > 0, pullSum > 0 else { return 0 }
    let rate = harm * pullSum / relaxedSum
    let factor = Self.deviationsOfRest * Self.deviationsOfRest
    let (needed, time) = (factor * 2 * variance / (rate * rate), lines.readTime)
    guard relaxations < needed else { return 0 }
    let squares = array.cells.reduce(0) { $0 + $1.weight * $1.weight }
    let reads = (needed / max(squares * time * time, .leastNormalMagnitude)).squareRoot()
    return 1 + Int(min(max(1, reads.rounded(.up)), Self.mostReadsOfRest))
  }

  /// How far what was found of relaxation moved symmetric points while nobody saw it.
  var unseenBias: Double { pullSum > 0 ? relaxation * relaxedSum / pullSum : 0 }

  private static let mostReadsOfRest = 16.0
  /// One false alarm in 700 searches.
  private static let deviationsOfRest = 3.0

  /// Notes how far cells could have moved in a round in which they were not read before.
  private mutating func weigh(_ pulses: [Int], _ array: FilteredArray) {
    var (exposed, relaxed, count) = (0.0, 0.0, 0.0)
    for cell in pulses.indices where pulses[cell] != 0 {
      let filter = array.cells[cell]
      let felt = lines.felt(cell, pulses: pulses[cell])
      let steps = SeekDrift.steps(felt, of: filter, at: filter.weight)
      let relaxing = filter.weight * lines.age(ofRow: cell / (readings.count / lines.rows))
      exposed += steps * steps
      relaxed += relaxing * relaxing
      let slope = max(filter.lines.values[1] + filter.lines.values[3], array.leastSlope)
      relaxedSum += abs(relaxing)
      pullSum += Double(abs(pulses[cell])) * slope / 2
      count += 1
    }
    guard count > 0 else { return }
    mostExposed = max(mostExposed, exposed / count)
    mostRelaxed = max(mostRelaxed, relaxed / count)
    unseen += 1
  }

  /// The variance that stands for moves nobody saw: all in one direction, as those of relaxation are.
  var strayVariance: Double {
    Double(unseen)
      * (disturb * disturb * mostExposed + relaxation * relaxation * mostRelaxed)
  }

  private mutating func add(_ cell: Int, _ reading: Float, _ array: FilteredArray) {
    guard !array.isStuck[cell] else { return }
    let (first, second) = (Double(readings[cell]), Double(reading))
    // The error of their mean has nothing to do with that of their difference.
    let weight = (first + second) / 2
    let move = second - first
    let exposure = SeekDrift.steps(lines.felt(cell), of: array.cells[cell], at: weight)
    let relaxation = -weight * lines.age(ofRow: cell / (readings.count / lines.rows))
    exposures += exposure * exposure
    relaxations += relaxation * relaxation
    both += exposure * relaxation
    exposureMoves += exposure * move
    relaxationMoves += relaxation * move
  }

  /// The sum of the steps that whole pulses would make of what a cell feels.
  private static func steps(
    _ felt: SIMD2<Int>, of cell: LineFilter, at weight: Double
  ) -> Double {
    Double(felt[0]) * max(0, cell.lines.up(at: weight))
      - Double(felt[1]) * max(0, cell.lines.down(at: weight))
  }

  /// - Parameter deviations: above 0, for a number to count; with four there are 3e-5 of false alarms a round, and all that
  ///   one costs is reads.
  private mutating func find(deviations: Double = 4) {
    let factor = deviations * deviations
    defer {
      disturb = max(disturb, least.disturb)
      relaxation = max(relaxation, least.relaxation)
    }
    (disturb, relaxation) = (0, 0)
    let determinant = exposures * relaxations - both * both
    if determinant > 1e-6 * exposures * relaxations {
      disturb = sure(
        (relaxations * exposureMoves - both * relaxationMoves) / determinant,
        relaxations / determinant, factor)
      relaxation = sure(
        (exposures * relaxationMoves - both * exposureMoves) / determinant,
        exposures / determinant, factor)
    } else if exposures > 0 {
      disturb = sure(exposureMoves / exposures, 1 / exposures, factor)
    } else if relaxations > 0 {
      relaxation = sure(relaxationMoves / relaxations, 1 / relaxations, factor)
    }
  }

  private func sure(_ value: Double, _ part: Double, _ factor: Double) -> Double {
    value > 0 && value * value > factor * 2 * variance * part ? value : 0
  }

  /// How far the next pulses let a cell move besides, from one read to the next.
  ///
  /// - Parameter isRow: whether its row is read just before them.
  /// - Returns: for each cell that is pulsed how far by exposures, and how far by relaxation.
  func moves(
    by pulses: [Int], isRow: Bool, _ array: FilteredArray
  ) -> [(cell: Int, exposed: Double, relaxed: Double)] {
    guard disturb > 0 || relaxation > 0 else { return [] }
    var ahead = lines
    let columns = readings.count / lines.rows
    var found: [(cell: Int, exposed: Double, relaxed: Double)] = []
    for row in 0..<lines.rows {
      if isRow { ahead.read(row: row) }
      ahead.fire(row: row, of: pulses)
      if isRow { note(row) }
    }
    if !isRow { for row in 0..<lines.rows { note(row) } }
    return found

    func note(_ row: Int) {
      for cell in row * columns..<(row + 1) * columns where pulses[cell] != 0 {
        let filter = array.cells[cell]
        let felt = ahead.felt(cell, pulses: pulses[cell])
        found.append(
          (
            cell, disturb * abs(SeekDrift.steps(felt, of: filter, at: filter.weight)),
            relaxation * ahead.age(ofRow: row) * abs(filter.weight)
          ))
      }
    }
  }
}
