import DeviceContract
import Foundation
public import PulseLedger
import SymmetricPoint

/// How many pulses of a cell each method takes for an error, on arrays whose symmetric points are known.
///
/// Beside them stands what no method beats: after N pulses the error is at least `c / sqrt(N)`, c = 2 sigma / S, if every
/// state is seen without error, and `sqrt(c² / N + 8 r² / (N S)²)` if only the two ends are
/// read with an error r (Cramér-Rao, for two straight lines whose heights and slopes are not known).
public struct PulsesErrorStudy: Sendable {
  /// One array, one method, one error that was asked for.
  public struct Row: Sendable, Hashable, Codable {
    /// The method.
    public var method: CalibrationMethod
    /// The error asked for, as a part of the window.
    public var target: Double
    /// What the array was drawn with.
    public var seed: UInt64
    /// Pulses of a cell in the mean; nil where the error was not reached with the most pulses.
    public var pulses: Double?
    /// Reads of the array.
    public var reads: Int?
    /// The root mean square error over the cells, as a part of the window.
    public var error: Double?
    /// The part of 95 % intervals that hold the symmetric point.
    public var cover: Double?
  }

  /// One array that is to be studied.
  public struct Subject: Sendable {
    let device: MeteredDevice
    let truth: [Double?]
    let seed: UInt64

    /// A device with its true symmetric points, row-major.
    public init(_ device: MeteredDevice, truth: [Double?], seed: UInt64) {
      (self.device, self.truth, self.seed) = (device, truth, seed)
    }
  }

  /// What is expected of the arrays.
  public let array: ArrayExpectation
  /// Errors, as parts of the window.
  public let targets: [Double]
  /// The most pulses of a cell.
  public let mostPulses: Int

  /// Describes a study.
  public init(_ array: ArrayExpectation, targets: [Double], mostPulses: Int) {
    (self.array, self.mostPulses) = (array, mostPulses)
    self.targets = targets.sorted()
  }

  /// The bound, as a part of the window.
  ///
  /// - Parameter readError: the standard deviation of a read, as a weight; 0 for states that are all seen.
  public func bound(pulses: Double, readError: Double = 0) -> Double {
    let noise = array.noiseFactor * array.noiseFactor / pulses
    let read = 8 * readError * readError / (pulses * pulses * array.slope * array.slope)
    return (noise + read).squareRoot() / array.response.range
  }

  /// Runs a method on arrays that are all alike but for their seed; each search needs one that was never pulsed.
  ///
  /// - Parameter subject: makes such an array.
  public func run(
    _ method: CalibrationMethod, seed: UInt64,
    on subject: () async throws -> Subject
  ) async throws -> [Row] {
    switch method {
    case .arrayMean: return []
    case .zeroShift: return try await shift(.stochastic, method, try await subject())
    case .zeroShiftCyclic: return try await shift(.cyclic, method, try await subject())
    default:
      var rows: [Row] = []
      for target in targets { rows.append(try await search(method, target, try await subject())) }
      return rows
    }
  }

  private func search(
    _ method: CalibrationMethod, _ target: Double, _ subject: Subject
  ) async throws -> Row {
    var row = Row(method: method, target: target, seed: subject.seed)
    let region = subject.device.capabilities.whole()
    var planner = CalibrationPlanner(array, tolerance: .part(target))
    planner.method = method
    let draft = SearchDraft(method, planner, subject.device.capabilities)
    guard let wanted = draft.cost.pulses(for: planner.aim),
      wanted.expected <= Double(mostPulses), array.step <= planner.aim
    else { return row }
    let found = try await draft.search(min(mostPulses, draft.cap(wanted))).run(
      on: subject.device, region: region, progress: { _ in })
    if let stop = found.stoppedBy { throw stop }
    guard
      let summary = ErrorSummary(states: found.estimates.map(\.value), truth: subject.truth)
    else { return row }
    row.pulses = Double(found.estimates.reduce(0) { $0 + $1.pulses }) / Double(region.count)
    row.reads = found.reads
    row.error = summary.rmsError / array.response.range
    let held = zip(found.estimates, subject.truth).compactMap { estimate, point in
      point.map { estimate.interval.contains(Float($0)) }
    }
    row.cover = Double(held.count { $0 }) / Double(max(1, held.count))
    return row
  }

  /// One run shows when each error is reached, and stays so.
  private func shift(
    _ variant: ZeroShifting.Variant, _ method: CalibrationMethod, _ subject: Subject
  ) async throws -> [Row] {
    let shifting = ZeroShifting(
      variant, pulses: mostPulses, seed: subject.seed, checkpoints: 100, scheme: .isolated)
    let (record, stop) = try await shifting.measure(
      on: subject.device, region: subject.device.capabilities.whole())
    if let stop { throw stop }
    let errors = record.ends.map {
      (ErrorSummary(states: $0, truth: subject.truth)?.rmsError ?? .infinity) / array.response.range
    }
    return targets.map { target in
      var row = Row(method: method, target: target, seed: subject.seed)
      let missed = errors.lastIndex { $0 > target }
      let place = missed.map { $0 + 1 } ?? 0
      guard place < errors.count else { return row }
      row.pulses = Double(record.pulses[place])
      // Two reads an entry are for the interval; the state itself takes one.
      row.reads = 1
      row.error = errors[place]
      return row
    }
  }
}
