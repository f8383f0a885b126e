/// The exponential moving average of what is read: the digital reference of RIDER.
///
/// Equation 12 of arXiv 2602.21321. A sequence of +1 and -1 leaves an amplitude of gain / (2 - gain). Until 1 / gain reads
/// have come the average is the plain mean, so that it does not depend on a start that nobody chose.
///
/// It assumes that pulses of both directions are equally many: a steady gradient moves cells away from
/// their symmetric points, and the average with them.
public struct MovingAverage: SymmetricPointTracker, Hashable {
  /// The weight of a new read; 0 for an average that stays where it starts.
  public let gain: Float
  /// The averages.
  public private(set) var estimate: Matrix
  /// The averages of the squared deviations from them.
  private var variance: Matrix
  /// For each column, reads so far; and the sum of the squared weights of all reads in the average.
  private var reads: [Int]
  private var squares: [Float]

  /// Starts with nothing, or with a reference that is known.
  public init(rows: Int, columns: Int, gain: Float, start: KnownReference? = nil) {
    precondition(gain >= 0 && gain <= 1, "a gain from 0 to 1")
    self.gain = gain
    estimate = start?.estimate ?? Matrix(rows: rows, columns: columns)
    variance = Matrix(rows: rows, columns: columns)
    // A start counts for as many reads as the average remembers, and is known however few that are.
    let remembered = gain > 0 ? max(2, Int((1 / gain).rounded(.up))) : 2
    let isKnown = (0..<columns).map { start?.knows($0) ?? false }
    reads = isKnown.map { $0 ? remembered : 0 }
    squares = isKnown.map { $0 ? 1 : 0 }
    guard let start else { return }
    for column in 0..<columns where isKnown[column] {
      for row in 0..<rows {
        variance[row, column] = start.spread[row, column] * start.spread[row, column]
      }
    }
  }

  /// Begins anew with a reference.
  public mutating func restart(from reference: KnownReference) {
    self = MovingAverage(
      rows: estimate.rows, columns: estimate.columns, gain: gain, start: reference)
  }

  /// Whether anything is known of a column.
  public func knows(_ column: Int) -> Bool { reads[column] > 0 }

  /// Standard deviations of the estimates.
  public var spread: Matrix {
    var spread = variance
    for column in reads.indices {
      for row in 0..<spread.rows { spread[row, column] = self.spread(row: row, column: column) }
    }
    return spread
  }

  /// The standard deviation of one estimate.
  func spread(row: Int, column: Int) -> Float {
    reads[column] < 2 ? .infinity : (variance[row, column] * squares[column]).squareRoot()
  }

  /// Takes what was read of some columns.
  public mutating func observe(_ values: [Float], columns: Range<Int>, signs: [Float]) {
    guard gain > 0 else { return }
    for (offset, column) in columns.enumerated() {
      reads[column] += 1
      let gain = max(self.gain, 1 / Float(reads[column]))
      squares[column] = (1 - gain) * (1 - gain) * squares[column] + gain * gain
      for row in 0..<estimate.rows {
        let deviation = values[row * columns.count + offset] - estimate[row, column]
        estimate[row, column] += gain * deviation
        variance[row, column] = (1 - gain) * (variance[row, column] + gain * deviation * deviation)
      }
    }
  }
}

/// A reference that was found before training: by a calibration, or by an earlier run.
public struct KnownReference: Sendable, Hashable, Codable {
  /// Symmetric points in weights, rows times columns of a layer.
  public var estimate: Matrix
  /// Their standard deviations.
  public var spread: Matrix

  /// Wraps a reference.
  public init(estimate: Matrix, spread: Matrix) {
    (self.estimate, self.spread) = (estimate, spread)
  }

  /// Whether anything is known of a column: its spreads are finite.
  public func knows(_ column: Int) -> Bool {
    (0..<spread.rows).allSatisfy { spread[$0, column].isFinite }
  }

  /// A reference of 0, with which the algorithms of the papers begin where none is given.
  static func zero(_ shape: WeightShape) -> KnownReference {
    KnownReference(rows: shape.rows, columns: shape.columns)
  }

  /// The same for all cells, and taken for exact.
  public init(rows: Int, columns: Int, value: Float = 0) {
    estimate = Matrix(rows: rows, columns: columns, repeating: value)
    spread = Matrix(rows: rows, columns: columns)
  }
}
