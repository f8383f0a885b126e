/// A moving average of which a copy is taken whenever the chopper of a column turns over: the programmed
/// reference of E-RIDER, and the reference of AGAD.
///
/// With the chopper, a steady gradient pushes cells to one side and then to the other, so that it averages
/// out of what is read over whole periods; over half of one, the copy is the symmetric point and what the gradient
/// made of the half that has just ended. Equation 18 of arXiv 2602.21321; equations 12 and 13 of Nat. Commun. 15:7133.
public struct ChoppedAverage: SymmetricPointTracker, Hashable {
  /// How reads of a half-period are averaged.
  public enum Kind: Sendable, Hashable, Codable {
    /// Exponentially, also across flips.
    case exponential(gain: Float)
    /// Plainly, from one flip to the next, without the first reads after a flip.
    case halfPeriod(skipping: Int)
    /// By a filter that tells what turns over with the chopper from what does not.
    case kalman(KalmanTracker.Settings)
  }

  /// How reads are averaged.
  public let kind: Kind
  /// What goes on being averaged, whatever is in use.
  public private(set) var running: MovingAverage
  /// The copies where there are any, else the average.
  public private(set) var estimate: Matrix
  /// The reference in use: the copies where there are any, else what the tracker was started with, or 0: the algorithms
  /// of the papers begin with a reference that is given.
  public private(set) var inUse: Matrix
  private var latchedSpread: Matrix
  /// Whether each column has a copy.
  public private(set) var isLatched: [Bool]
  /// Plain sums of the half-period of each cell, also of squares, and how many reads each column has seen in it.
  private var sums: Matrix
  private var squares: Matrix
  private var visits: [Int]
  private var filter: KalmanTracker?

  /// Starts with nothing, or with a reference that is known, which is in use at once.
  public init(rows: Int, columns: Int, kind: Kind, start: KnownReference? = nil) {
    self.kind = kind
    let gain: Float = if case .exponential(let gain) = kind { gain } else { 0.05 }
    running = MovingAverage(rows: rows, columns: columns, gain: gain, start: start)
    estimate = running.estimate
    inUse = estimate
    latchedSpread = start?.spread ?? Matrix(rows: rows, columns: columns)
    isLatched = (0..<columns).map { start?.knows($0) ?? false }
    sums = Matrix(rows: rows, columns: columns)
    squares = sums
    visits = Array(repeating: 0, count: columns)
    if case .kalman(let settings) = kind {
      filter = KalmanTracker(rows: rows, columns: columns, settings: settings, start: start)
    }
  }

  /// Begins anew with a reference, which is in use at once.
  public mutating func restart(from reference: KnownReference) {
    self = ChoppedAverage(
      rows: estimate.rows, columns: estimate.columns, kind: kind, start: reference)
  }

  /// Standard deviations of the copies where there are any, else of the average.
  public var spread: Matrix {
    var merged = running.spread
    for column in isLatched.indices where isLatched[column] {
      for row in 0..<merged.rows { merged[row, column] = latchedSpread[row, column] }
    }
    return merged
  }

  /// Takes what was read of some columns.
  public mutating func observe(_ values: [Float], columns: Range<Int>, signs: [Float]) {
    running.observe(values, columns: columns, signs: signs)
    filter?.observe(values, columns: columns, signs: signs)
    for column in columns where !isLatched[column] {
      for row in 0..<estimate.rows { estimate[row, column] = running.estimate[row, column] }
    }
    guard case .halfPeriod(let skipped) = kind else { return }
    for (offset, column) in columns.enumerated() {
      visits[column] += 1
      guard visits[column] > skipped else { continue }
      for row in 0..<sums.rows {
        let value = values[row * columns.count + offset]
        sums[row, column] += value
        squares[row, column] += value * value
      }
    }
  }

  /// Takes the average of a column into use.
  public mutating func latch(_ column: Int) {
    let counted: Int
    switch kind {
    case .exponential, .kalman: counted = 0
    case .halfPeriod(let skipped): counted = max(0, visits[column] - skipped)
    }
    let number = Float(counted)
    for row in 0..<estimate.rows {
      if counted > 0 {
        let mean = sums[row, column] / number
        let variance = max(0, squares[row, column] - number * mean * mean) / max(1, number - 1)
        estimate[row, column] = mean
        latchedSpread[row, column] = counted > 1 ? (variance / number).squareRoot() : .infinity
      } else if let filter {
        estimate[row, column] = filter.estimate[row, column]
        latchedSpread[row, column] = filter.spread(row: row, column: column)
      } else {
        estimate[row, column] = running.estimate[row, column]
        latchedSpread[row, column] = running.spread(row: row, column: column)
      }
      inUse[row, column] = estimate[row, column]
      (sums[row, column], squares[row, column]) = (0, 0)
    }
    visits[column] = 0
    isLatched[column] = true
  }

  /// Takes what an array was read to hold of a column into use, instead of the copy that it was programmed with.
  mutating func hold(_ values: [Float], column: Int) {
    for row in 0..<inUse.rows { inUse[row, column] = values[row] }
  }
}
