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
    let (mean, error) = Self.tail(of: record, part: part, isLast: readOut == .last)
    return KnownReference(
      estimate: Matrix(
        rows: rows, columns: columns, values: readOut == .last ? record.last : mean),
      spread: Matrix(rows: rows, columns: columns, values: error))
  }

  /// Means of the states over the last part of the pulses, and the standard deviations of a read-out; infinite where
  /// there is only one state.
  ///
  /// A mean is taken of states that are far enough apart to be independent. A last state has the whole scatter of the
  /// states, and lies half a step off their mean. What bounds do to the mean of cells whose steps are as large as their
  /// range is not in it: on "reram-hfo2" that is an error of .13, while .03 is said.
  private static func tail(
    of record: RelaxationRecord, part: Double, isLast: Bool
  ) -> (mean: [Float], error: [Float]) {
    let mean = record.average(ofLast: part)
    let total = Double(record.pulses.last ?? 0)
    let states = record.pulses.indices.filter { Double(record.pulses[$0]) > (1 - part) * total }
      .map { record.states[$0] }
    let steps = record.steps.suffix(states.count)
    let error = mean.indices.map { cell -> Float in
      guard states.count > 1 else { return .infinity }
      let sum = states.reduce(Float(0)) { $0 + ($1[cell] - mean[cell]) * ($1[cell] - mean[cell]) }
      let variance = sum / Float(states.count - 1)
      guard isLast else { return (variance / Float(states.count)).squareRoot() }
      let step = steps.reduce(Float(0)) { $0 + $1[cell] } / Float(max(1, steps.count))
      return (variance + step * step / 4).squareRoot()
    }
    return (mean, error)
  }
}
