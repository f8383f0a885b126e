public import DeviceContract
public import PulseLedger
import ReproducibleNoise

/// Finds symmetric points by pulsing up and down until the state no longer drifts.
///
/// Both variants shrink the distance to the symmetric point by the same part with every pulse. They differ
/// in the floor: the stochastic one keeps a random walk of `sqrt(dw / 2 G')`, the cyclic one half a step
/// and the cycle-to-cycle noise. Sources: Kim et al., arXiv 1907.10228 (2019) for the cyclic form;
/// arXiv 2602.21321, algorithm 1, for the stochastic one.
public struct ZeroShifting: Sendable {
  /// The order of the polarities.
  public enum Variant: String, Sendable, Hashable, CaseIterable {
    /// Each pulse of each cell is up or down with equal chance.
    case stochastic
    /// Up and down in turn, all cells alike.
    case cyclic
  }

  /// The order of the polarities.
  public var variant: Variant
  /// Pulses a cell; the cyclic variant needs an even number.
  public var pulses: Int
  /// What the random polarities of the stochastic variant stand on.
  public var seed: UInt64
  /// How often the state is read on the way; intervals and verdicts come from this record.
  public var checkpoints: Int
  /// Samples averaged into each read.
  public var averages: Int
  /// The chance with which an interval holds the symmetric point.
  public var confidence: Double
  /// How idle lines are held.
  public var scheme: BiasScheme
  /// What of the course of a cell is its estimate.
  public var estimator = Estimator.lastIterate

  /// What of the course of a cell is taken for its symmetric point.
  public enum Estimator: Sendable, Hashable {
    /// The state after the last pulse: it is what the array holds, and has all the noise of a state.
    case lastIterate
    /// The mean of the states over the last part of the pulses: noise is averaged out, once the start is forgotten.
    ///
    /// Polyak and Juditsky, SIAM J. Control Optim. 30:838 (1992). The states are those between the polarities, so that
    /// no half step is left.
    case tailAverage(Double)
  }

  /// Describes a search.
  public init(
    _ variant: Variant, pulses: Int, seed: UInt64 = 1, checkpoints: Int = 32, averages: Int = 16,
    confidence: Double = 0.95, scheme: BiasScheme = .halfVoltage
  ) {
    precondition(pulses > 0 && checkpoints > 0 && averages > 0, "a search needs pulses and reads")
    self.variant = variant
    self.pulses = variant == .cyclic ? pulses + pulses % 2 : pulses
    self.seed = seed
    self.checkpoints = checkpoints
    self.averages = averages
    self.confidence = confidence
    self.scheme = scheme
  }

  /// What the search will cost.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    var quote = PulseQuote()
    switch variant {
    case .cyclic:
      quote = PulseQuote(
        train(.alternating(pairs: pulses / 2), region, capabilities), on: capabilities)
    case .stochastic:
      let typical = polarities(pulse: 0, cells: region.count)
      quote = PulseQuote(
        train(.counts(typical), region, capabilities), times: pulses, on: capabilities)
      // A row takes one slot if all its cells go the same way, and two if they do not.
      let best = train(.counts(Array(repeating: 1, count: region.count)), region, capabilities)
      let mixed = (0..<region.count).map { Int16($0 % region.columns.count % 2 == 0 ? 1 : -1) }
      quote = quote.between(
        best: PulseQuote(best, times: pulses, on: capabilities),
        worst: PulseQuote(
          train(.counts(mixed), region, capabilities), times: pulses, on: capabilities))
    }
    quote.add(reads: 2 * marks.count + 1, of: region, averages: averages, on: capabilities)
    return quote
  }

  /// Runs the search on a region of a device.
  ///
  /// What was measured before a failure or a cancel is kept: ``ZeroShiftingResult/stoppedBy`` says why
  /// the search ended early, and the estimates stand on the pulses up to there.
  ///
  /// - Parameters:
  ///   - device: the metered device; pulses are booked as ``Cause/calibrate``.
  ///   - region: the cells.
  ///   - progress: told the pulses a cell so far, after each read.
  /// - Throws: ``DeviceError`` if the campaign does not fit the budget, or before anything was measured.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @Sendable (_ pulses: Int) async -> Void = { _ in }
  ) async throws(DeviceError) -> ZeroShiftingResult {
    let (record, stop) = try await measure(on: device, region: region, progress: progress)
    let counts = await device.counts(of: region, cause: .calibrate)
    let estimates = estimates(record, counts: counts, of: device.capabilities)
    return ZeroShiftingResult(
      region: region, estimates: estimates, record: record, stoppedBy: stop)
  }

  /// Fires the pulses and keeps the states on the way, without asking how sure they are.
  ///
  /// - Returns: the record, and why it ended early if it did.
  /// - Throws: as ``run(on:region:progress:)``.
  public func measure(
    on device: MeteredDevice, region: CellRegion,
    progress: @Sendable (_ pulses: Int) async -> Void = { _ in }
  ) async throws(DeviceError) -> (record: RelaxationRecord, stoppedBy: DeviceError?) {
    try await device.check(quote(on: region, of: device.capabilities), on: region)
    let request = ReadRequest(region: region, averages: averages)
    var record = try await kept { () async throws(DeviceError) in
      RelaxationRecord(start: try await device.read(request).weights)
    }
    var fired = 0
    do {
      for mark in marks {
        let from = fired
        let last = try await kept { () async throws(DeviceError) in
          try await advance(device, region, from: from, to: mark)
        }
        fired = mark
        if let last { Self.append(last, pulses: mark, to: &record) }
        await progress(fired)
      }
      // The state after the last pulse is there to be read, whatever was lost before.
      if record?.pulses.last != fired {
        let last = try await device.read(request).weights
        if record == nil { record = RelaxationRecord(start: last, pulses: fired) }
        record?.conclude(with: last)
      }
    } catch {
      guard var measured = record else { throw error }
      if error.code == .interrupted {
        // The pulses since the last read have moved the cells. A task of its own is not cancelled.
        let last = await Task { try? await device.read(request) }.value
        if let last { measured.conclude(with: last.weights) }
      }
      return (measured, error)
    }
    guard let record else {
      throw .refused("nothing was read: a search needs at least one pulse a cell")
    }
    return (record, nil)
  }

  /// What was read, or nil where a run that is gone on with lost it.
  private func kept<Result: Sendable>(
    _ read: () async throws(DeviceError) -> Result
  ) async throws(DeviceError) -> Result? {
    do {
      return try await read()
    } catch {
      if error.code == .readingLost { return nil }
      throw error
    }
  }

  private static func append(_ last: Advance, pulses: Int, to record: inout RelaxationRecord?) {
    guard record != nil else {
      record = RelaxationRecord(start: last.after, pulses: pulses)
      return
    }
    if let before = last.before {
      record?.append(
        before: before, after: last.after, polarities: last.polarities, pulses: pulses)
    } else {
      record?.append(after: last.after, pulses: pulses)
    }
  }

  /// The states around the last pulse before a mark, with its polarities.
  private typealias Advance = (before: [Float]?, after: [Float], polarities: [Int16])

  /// Pulse numbers after which the state is read; the last one is the end.
  var marks: [Int] {
    let grain = variant == .cyclic ? 2 : 1
    let count = min(checkpoints, pulses / grain)
    return (1...count).map { pulses / grain * $0 / count * grain }
  }

  /// Fires up to a mark, and returns the states around the last pulse with its polarities.
  ///
  /// The state before is nil where a run that is gone on with lost it.
  private func advance(
    _ device: MeteredDevice, _ region: CellRegion, from: Int, to mark: Int
  ) async throws(DeviceError) -> Advance {
    let capabilities = device.capabilities
    switch variant {
    case .cyclic:
      let pairs = (mark - from) / 2
      if pairs > 1 {
        _ = try await device.apply(train(.alternating(pairs: pairs - 1), region, capabilities))
      }
      var both = train(.alternating(pairs: 1), region, capabilities)
      both.reads = .init(everySteps: 1, averages: averages)
      let readings = try await device.apply(both).readings
      let polarities = [Int16](repeating: -1, count: region.count)
      guard readings.count == 2 else {
        // The pulses were fired by a run that was killed before it could keep what it read.
        let after = try await device.read(ReadRequest(region: region, averages: averages))
        return (nil, after.weights, polarities)
      }
      return (readings[0].weights, readings[1].weights, polarities)
    case .stochastic:
      let read = ReadRequest(region: region, averages: averages)
      for pulse in from..<mark - 1 {
        let map = polarities(pulse: pulse, cells: region.count)
        _ = try await device.apply(train(.counts(map), region, capabilities))
      }
      // Where this read was lost, the pulse after it is still to be taken from the run.
      let before = try await kept { () async throws(DeviceError) in try await device.read(read) }
      let map = polarities(pulse: mark - 1, cells: region.count)
      _ = try await device.apply(train(.counts(map), region, capabilities))
      let after = try await device.read(read)
      return (before?.weights, after.weights, map)
    }
  }

  /// One pulse a cell, up or down with equal chance.
  private func polarities(pulse: Int, cells: Int) -> [Int16] {
    var random = RandomStream(seed: seed, stream: UInt64(pulse))
    return [Int16](unsafeUninitializedCapacity: cells) { buffer, count in
      var bits: UInt64 = 0
      for cell in 0..<cells {
        if cell & 63 == 0 { bits = random.next() }
        buffer[cell] = bits & 1 == 1 ? 1 : -1
        bits >>= 1
      }
      count = cells
    }
  }

  private func train(
    _ pattern: PulseTrain.Pattern, _ region: CellRegion, _ capabilities: Capabilities
  ) -> PulseTrain {
    capabilities.train(pattern, over: region, scheme: scheme)
  }

  func estimates(
    _ record: RelaxationRecord, counts: CellCounts, of capabilities: Capabilities
  ) -> [SymmetricPointEstimate] {
    let converter = capabilities.converter
    let analysis = RelaxationAnalysis(
      record: record, window: converter.range,
      readNoise: converter.variance(averages: averages).squareRoot(), confidence: confidence)
    let values =
      switch estimator {
      case .lastIterate: record.last
      case .tailAverage(let part): record.average(ofLast: part)
      }
    return values.indices.map { cell in
      let found = analysis.interval(of: cell, around: Double(values[cell]))
      return SymmetricPointEstimate(
        value: values[cell], halfWidth: Float(found.halfWidth),
        pulses: Int(counts.up[cell] + counts.down[cell]), verdict: found.verdict)
    }
  }
}
