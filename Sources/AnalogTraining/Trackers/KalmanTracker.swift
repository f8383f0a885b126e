/// A Kalman filter for each cell with two states: the symmetric point, and what a steady gradient makes of the cell,
/// which turns over with the chopper.
///
/// A read is point + sign * signal + noise. The point wanders slowly, the signal decays and is renewed. It assumes that
/// a cell has forgotten its last read by the next one, as where the columns of a layer are visited in turn; and
/// without a chopper it tells the two apart by their speed alone. All variances count in units of that of a read,
/// which is taken from the innovations, so that gains do not depend on how noisy an array is.
public struct KalmanTracker: SymmetricPointTracker, Hashable {
  /// What is known of the cells beforehand; variances in units of that of a read.
  public struct Settings: Sendable, Hashable, Codable {
    /// Variance that a point gains from visit to visit: 1e-4 makes a gain of about .01 in the end.
    public var pointNoise = 1e-4
    /// Variance of what is new in a signal at a visit.
    public var signalNoise = 0.01
    /// What is left of a signal at the next visit.
    public var signalMemory = 0.9
    /// Variance of a point of which nothing is known.
    public var pointPrior = 100.0
    /// The standard deviation of a read in weights, until reads have shown it.
    public var readNoise: Float = 0.3
    /// Slow points and signals of some ten visits.
    public init() {}
  }

  /// The covariance of a cell's point and signal, in units of the variance of a read.
  struct Covariance: Sendable, Hashable, Codable {
    var point: Double
    var both = 0.0
    var signal: Double
  }

  /// As it was set.
  public let settings: Settings
  /// The points.
  public private(set) var estimate: Matrix
  /// What steady gradients make of the cells while signs are 1.
  public private(set) var signal: Matrix
  /// The variance of a read, cell by cell.
  private var readVariance: Matrix
  private(set) var covariances: [Covariance]
  private var reads: [Int]
  /// Whether anything was known of each cell at the start.
  private var isKnown: [Bool]

  /// Starts with nothing, or with a reference that is known.
  public init(
    rows: Int, columns: Int, settings: Settings = Settings(), start: KnownReference? = nil
  ) {
    self.settings = settings
    isKnown = (0..<rows * columns).map { start?.spread.values[$0].isFinite ?? false }
    estimate = Matrix(rows: rows, columns: columns)
    if let start {
      for cell in isKnown.indices where isKnown[cell] {
        estimate.values[cell] = start.estimate.values[cell]
      }
    }
    signal = Matrix(rows: rows, columns: columns)
    let variance = settings.readNoise * settings.readNoise
    readVariance = Matrix(rows: rows, columns: columns, repeating: variance)
    let memory = settings.signalMemory * settings.signalMemory
    let signal = memory < 1 ? settings.signalNoise / (1 - memory) : settings.pointPrior
    covariances = (0..<rows * columns).map { cell in
      let known = start.map { Double($0.spread.values[cell] * $0.spread.values[cell] / variance) }
      return Covariance(
        point: min(known ?? settings.pointPrior, settings.pointPrior), signal: signal)
    }
    reads = Array(repeating: 0, count: columns)
  }

  /// Begins anew with a reference.
  public mutating func restart(from reference: KnownReference) {
    self = KalmanTracker(
      rows: estimate.rows, columns: estimate.columns, settings: settings, start: reference)
  }

  /// Standard deviations of the points; infinite where fewer than three reads came and nothing was known.
  public var spread: Matrix {
    var spread = readVariance
    for row in 0..<spread.rows {
      for column in 0..<spread.columns {
        spread[row, column] = self.spread(row: row, column: column)
      }
    }
    return spread
  }

  /// The standard deviation of one point.
  func spread(row: Int, column: Int) -> Float {
    let cell = row * estimate.columns + column
    guard isKnown[cell] || reads[column] > 2 else { return .infinity }
    return (readVariance.values[cell] * Float(covariances[cell].point)).squareRoot()
  }

  /// Takes what was read of some columns.
  public mutating func observe(_ values: [Float], columns: Range<Int>, signs: [Float]) {
    let memory = settings.signalMemory
    for (offset, column) in columns.enumerated() {
      reads[column] += 1
      let sign = Double(signs[offset])
      // The first reads tell of the prior more than of the noise.
      let weight = reads[column] > 2 ? max(1 / Float(reads[column] - 1), 0.01) : 0
      for row in 0..<estimate.rows {
        let cell = row * estimate.columns + column
        var now = covariances[cell]
        now.point += settings.pointNoise
        now.both *= memory
        now.signal = memory * memory * now.signal + settings.signalNoise
        let (point, both) = (now.point + sign * now.both, now.both + sign * now.signal)
        let total = point + sign * both + 1
        let old = Float(memory) * signal.values[cell]
        let innovation =
          values[row * columns.count + offset] - estimate.values[cell]
          - Float(sign) * old
        estimate.values[cell] += Float(point / total) * innovation
        signal.values[cell] = old + Float(both / total) * innovation
        now.point -= point * point / total
        now.both -= point * both / total
        now.signal -= both * both / total
        covariances[cell] = now
        let seen = innovation * innovation / Float(total)
        readVariance.values[cell] += weight * (seen - readVariance.values[cell])
      }
    }
  }
}
