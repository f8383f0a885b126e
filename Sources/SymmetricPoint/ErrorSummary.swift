/// How far estimates lie from the truth, over the cells of an array that have a symmetric point.
public struct ErrorSummary: Sendable, Hashable, Codable {
  /// Cells that were compared.
  public let cells: Int
  /// Mean of the true symmetric points.
  public let trueMean: Double
  /// Their standard deviation over the array.
  public let trueDeviation: Double
  /// Mean of the estimates.
  public let estimatedMean: Double
  /// Their standard deviation over the array.
  public let estimatedDeviation: Double
  /// Root mean square of estimate less truth.
  public let rmsError: Double

  /// Compares states with the truth; nil where no cell can be compared.
  public init?(states: [Float], truth: [Double?]) {
    let pairs = zip(states, truth).compactMap { state, point in point.map { (Double(state), $0) } }
    guard !pairs.isEmpty else { return nil }
    cells = pairs.count
    let count = Double(pairs.count)
    (estimatedMean, estimatedDeviation) = Self.moments(pairs.map(\.0))
    (trueMean, trueDeviation) = Self.moments(pairs.map(\.1))
    let squares = pairs.reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    rmsError = (squares / count).squareRoot()
  }

  /// Mean and standard deviation (of a population) of some numbers; zeros for none.
  public static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    guard !values.isEmpty else { return (0, 0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
  }
}
