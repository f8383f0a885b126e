public import DeviceContract
public import PulseLedger
import SymmetricPoint

/// Zero-shifting of an array before a training: its pulses are booked as calibration.
public struct ReferencePreparation: Sendable, Hashable, Codable {
  /// What of the course of a cell is its reference.
  public enum ReadOut: Sendable, Hashable, Codable {
    /// The state after the last pulse, as in arXiv 2602.21321, algorithm 1.
    case last
    /// The mean over the last part of the pulses, of states after pulses of both directions alike.
    ///
    /// In cells of few states a single state says next to nothing: a step is as large as the spread of the symmetric points.
    case average(ofLast: Double)
  }

  /// The array whose points are looked for.
  public var array = FastArray.fast
  /// Pulses a cell: 500 to 8,000 in arXiv 2602.21321.
  public var pulses = 4_000
  /// Whether each cell is pulsed up or down by chance, and not up and down in turn.
  public var isStochastic = false
  /// What is taken from the course.
  public var readOut = ReadOut.average(ofLast: 0.5)
  /// How often the states are read on the way; each time around one pulse.
  public var checkpoints = 100
  /// Samples of each read.
  public var averages = 1

  /// Up and down in turn, and the mean of the second half.
  public init() {}

  /// Fires the pulses.
  ///
  /// - Parameter seed: of the directions by chance.
  /// - Throws: what stopped it: a reference from fewer pulses is another one.
  public func reference(
    on device: MeteredDevice, region: CellRegion, seed: UInt64
  ) async throws -> KnownReference {
    guard pulses > 0, checkpoints > 0, averages > 0 else {
      throw TrainingError(
        .badSetting,
        "two-stage: \(pulses) pulses, \(checkpoints) checkpoints and \(averages) samples; all must be above 0"
      )
    }
    let search = ZeroShifting(
      isStochastic ? .stochastic : .cyclic, pulses: pulses, seed: seed, checkpoints: checkpoints,
      averages: averages)
    let (record, stop) = try await search.measure(on: device, region: region)
    if let stop { throw stop }
    let (rows, columns) = (region.rows.count, region.columns.count)
    let part: Double = if case .average(let part) = readOut { part } else { 0.5 }
    let (mean, deviation, number) = Self.tail(of: record, part: part)
    // The scatter of a state, or of a mean of states that are far enough apart to be independent.
    let isAveraged = readOut != .last
    let scale = isAveraged ? 1 / Float(number).squareRoot() : 1
    return KnownReference(
      estimate: Matrix(rows: rows, columns: columns, values: isAveraged ? mean : record.last),
      spread: Matrix(rows: rows, columns: columns, values: deviation.map { $0 * scale }))
  }

  /// Means and standard deviations of the states over the last part of the pulses; infinite where there is only one.
  private static func tail(
    of record: RelaxationRecord, part: Double
  ) -> (mean: [Float], deviation: [Float], number: Int) {
    let mean = record.average(ofLast: part)
    let total = Double(record.pulses.last ?? 0)
    let states = record.pulses.indices.filter { Double(record.pulses[$0]) > (1 - part) * total }
      .map { record.states[$0] }
    let deviation = mean.indices.map { cell -> Float in
      guard states.count > 1 else { return .infinity }
      let sum = states.reduce(Float(0)) { $0 + ($1[cell] - mean[cell]) * ($1[cell] - mean[cell]) }
      return (sum / Float(states.count - 1)).squareRoot()
    }
    return (mean, deviation, max(1, states.count))
  }
}
