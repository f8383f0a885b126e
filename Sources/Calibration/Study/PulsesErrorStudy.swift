import DeviceContract
import Foundation
public import PulseLedger
import SymmetricPoint

/// How many pulses of a cell each method takes for an error, on arrays whose symmetric points are known.
///
/// Beside them stands what no method beats: after N pulses the error is at least `c / sqrt(N)`, c = 2 sigma / S, if every
/// state is seen without error, and `sqrt(c² / N + 8 r² / (N S)²)` if only the two ends are
/// read with an error r (Cramér-Rao, for two straight lines whose heights and slopes are not known). A method that learns
/// of the other cells knows besides how symmetric points are spread (van Trees).
public struct PulsesErrorStudy: Sendable {
  /// One array, one method, one error that was asked for.
  public struct Row: Sendable, Hashable, Codable {
    /// The method, and what of its states is the estimate: "zero-shift-cyclic tail" averages the last ones.
    public var method: String
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
  /// - Parameters:
  ///   - readError: the standard deviation of a read, as a weight; 0 for states that are all seen.
  ///   - knowsArray: whether the spread of the symmetric points is known.
  public func bound(pulses: Double, readError: Double = 0, knowsArray: Bool = false) -> Double {
    let noise = array.noiseFactor * array.noiseFactor / pulses
    let read = 8 * readError * readError / (pulses * pulses * array.slope * array.slope)
    let known = knowsArray ? 1 / (array.spread * array.spread) : 0
    return 1 / (1 / (noise + read) + known).squareRoot() / array.response.range
  }

  /// The pulses below which no method has an error, as a part of the window, if the spread of the symmetric points is
  /// known; 0 where it says enough.
  public func boundPulses(error: Double) -> Double {
    let error = error * array.response.range
    let needed = 1 / (error * error) - 1 / (array.spread * array.spread)
    return max(0, needed * array.noiseFactor * array.noiseFactor)
  }

  /// Runs a method on arrays that are all alike but for their seed; each search needs one that was never pulsed.
  ///
  /// - Parameter subject: makes such an array.
  public func run(
    _ method: CalibrationMethod, seed: UInt64,
    on subject: () async throws -> Subject
  ) async throws -> [Row] {
    switch method {
    case .arrayMean: return try await mean(try await subject())
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
    let row = Row(method: method.rawValue, target: target, seed: subject.seed)
    let region = subject.device.capabilities.whole()
    var planner = CalibrationPlanner(array, tolerance: .part(target))
    planner.method = method
    let draft = SearchDraft(method, planner, subject.device.capabilities, region)
    guard let wanted = draft.cost(for: planner.aim).pulses(for: planner.aim),
      wanted.expected <= Double(mostPulses), array.step <= planner.aim
    else { return row }
    let most = min(mostPulses, draft.cap(wanted))
    let found = try await draft.search(most, for: planner.aim).run(
      on: subject.device, region: region, progress: { _ in })
    if let stop = found.stoppedBy { throw stop }
    return filled(row, with: found, subject)
  }

  /// One measurement of some cells serves every error that it leaves to all of them.
  private func mean(_ subject: Subject) async throws -> [Row] {
    let region = subject.device.capabilities.whole()
    var planner = CalibrationPlanner(array, tolerance: .part(targets[0]))
    planner.method = .arrayMean
    let draft = SearchDraft(.arrayMean, planner, subject.device.capabilities, region)
    let found = try await draft.search(mostPulses, for: planner.aim).run(
      on: subject.device, region: region, progress: { _ in })
    if let stop = found.stoppedBy { throw stop }
    return targets.map { target in
      filled(
        Row(method: CalibrationMethod.arrayMean.rawValue, target: target, seed: subject.seed),
        with: found, subject)
    }.filter { row in row.error.map { $0 <= row.target } ?? false }
  }

  private func filled(_ row: Row, with found: SearchResult, _ subject: Subject) -> Row {
    guard
      let summary = ErrorSummary(states: found.estimates.map(\.value), truth: subject.truth)
    else { return row }
    var row = row
    row.pulses =
      Double(found.estimates.reduce(0) { $0 + $1.pulses }) / Double(found.region.count)
    row.reads = found.reads
    row.error = summary.rmsError / array.response.range
    let held = zip(found.estimates, subject.truth).compactMap { estimate, point in
      point.map { estimate.interval.contains(Float($0)) }
    }
    row.cover = Double(held.count { $0 }) / Double(max(1, held.count))
    return row
  }

  /// One run shows when each error is reached, and stays so: by the last state, and by the mean of the last ones.
  private func shift(
    _ variant: ZeroShifting.Variant, _ method: CalibrationMethod, _ subject: Subject
  ) async throws -> [Row] {
    let shifting = ZeroShifting(
      variant, pulses: mostPulses, seed: subject.seed, checkpoints: 100, scheme: .isolated)
    let (record, stop) = try await shifting.measure(
      on: subject.device, region: subject.device.capabilities.whole())
    if let stop { throw stop }
    let errors = { (states: [Float]) in
      (ErrorSummary(states: states, truth: subject.truth)?.rmsError ?? .infinity)
        / array.response.range
    }
    let last = record.ends.map(errors)
    // The best part of three, as one would choose who knew the truth.
    let tail = record.pulses.indices.map { entry in
      [0.25, 0.5, 0.75].map { errors(record.average(ofLast: $0, upTo: entry)) }.min() ?? .infinity
    }
    return [(method.rawValue, last, 1), (method.rawValue + " tail", tail, 0)].flatMap {
      (name, errors, reads) in
      targets.map { target in
        var row = Row(method: name, target: target, seed: subject.seed)
        let place = errors.lastIndex { $0 > target }.map { $0 + 1 } ?? 0
        guard place < errors.count else { return row }
        row.pulses = Double(record.pulses[place])
        // A mean takes two reads an entry; the last state takes one, those on the way only show when it is reached.
        row.reads = reads > 0 ? reads : 2 * place
        row.error = errors[place]
        return row
      }
    }
  }
}
