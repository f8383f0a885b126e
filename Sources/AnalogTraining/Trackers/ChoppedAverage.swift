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
  }

  /// How reads are averaged.
  public let kind: Kind
  private var average: MovingAverage
  /// The copies in use.
  public private(set) var latched: Matrix
  private var latchedSpread: Matrix
  /// Whether each column has a copy.
  public private(set) var isLatched: [Bool]
  /// Plain sums of the half-period of each column, and how many reads it has seen.
  private var sums: Matrix
  private var visits: [Int]

  /// Starts with nothing, or with a reference that is known, which is in use at once.
  public init(rows: Int, columns: Int, kind: Kind, start: KnownReference? = nil) {
    self.kind = kind
    let gain: Float = if case .exponential(let gain) = kind { gain } else { 0.05 }
    average = MovingAverage(rows: rows, columns: columns, gain: gain, start: start)
    latched = start?.estimate ?? Matrix(rows: rows, columns: columns)
    latchedSpread =
      start?.spread ?? Matrix(rows: rows, columns: columns, repeating: .infinity)
    isLatched = Array(repeating: start != nil, count: columns)
    sums = Matrix(rows: rows, columns: columns)
    visits = Array(repeating: 0, count: columns)
  }

  /// The copies where there are any, else the average.
  public var estimate: Matrix { merged(latched, average.estimate) }

  /// Standard deviations of the copies where there are any, else of the average.
  public var spread: Matrix { merged(latchedSpread, average.spread) }

  /// What goes on being averaged, whatever is in use.
  public var running: MovingAverage { average }

  /// Takes what was read of some columns.
  public mutating func observe(_ values: [Float], columns: Range<Int>, signs: [Float]) {
    average.observe(values, columns: columns, signs: signs)
    guard case .halfPeriod(let skipped) = kind else { return }
    for (offset, column) in columns.enumerated() {
      visits[column] += 1
      guard visits[column] > skipped else { continue }
      for row in 0..<sums.rows { sums[row, column] += values[row * columns.count + offset] }
    }
  }

  /// Takes the average of a column into use.
  public mutating func latch(_ column: Int) {
    let counted: Int
    switch kind {
    case .exponential: counted = 0
    case .halfPeriod(let skipped): counted = max(0, visits[column] - skipped)
    }
    let spread = average.spread
    for row in 0..<latched.rows {
      latched[row, column] =
        counted > 0 ? sums[row, column] / Float(counted) : average.estimate[row, column]
      latchedSpread[row, column] = spread[row, column]
      sums[row, column] = 0
    }
    visits[column] = 0
    isLatched[column] = true
  }

  private func merged(_ copies: Matrix, _ running: Matrix) -> Matrix {
    var merged = running
    for column in isLatched.indices where isLatched[column] {
      for row in 0..<merged.rows { merged[row, column] = copies[row, column] }
    }
    return merged
  }
}
