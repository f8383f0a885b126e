public import DeviceContract
public import PulseLedger

/// Asks cells themselves whether a symmetric point lies where it is said to, without any model of their response.
///
/// Each cell is brought a little below its point and pulsed up and down in turn: it must drift up. A little above, it
/// must drift down. A point that is wrong by more than twice the bracket passes seldom; a right one fails where noise
/// hides the drift, so a cell that fails is asked once more.
///
/// The state of a noisy cell wanders over more than the bracket: no drift from either side would show. Such a cell is
/// pulsed up and down for long instead, and the mean of its states must lie within ``allowance`` brackets (``Dwell``).
public struct BracketAudit: Sendable {
  /// Pulses up and down in turn, with reads on the way.
  public struct Dwell: Sendable, Hashable {
    /// Pairs before the first read that counts, and between two reads.
    public var settling: Int, pairs: Int
    /// Reads that count.
    public var reads: Int

    /// Describes how long a cell is pulsed.
    public init(settling: Int, pairs: Int, reads: Int) {
      (self.settling, self.pairs, self.reads) = (settling, pairs, reads)
    }

    /// Pulses of a cell.
    public var pulses: Int { 2 * (settling + pairs * reads) }
  }

  /// How far the mean of states may be from the point, in brackets: right ones are within one half, in standard
  /// deviations of both errors together.
  public static let allowance = 1.25

  /// How far to either side of the point, as a weight.
  public var bracket: Double
  /// Pairs of pulses on either side: of a low-noise device the drift of a point off by twice the bracket is then three
  /// times its noise.
  public var pairs = 100
  /// Samples averaged into each read.
  public var averages: Int
  /// The mean step of a pulse, as a weight.
  public var step: Double
  /// The most rounds in which a cell is brought to a place.
  public var mostMoves = 12
  /// The most pulses between two of them.
  public var longest: Int
  /// The most pulses that bring a cell to a place.
  public var mostMoving: Int
  /// The standard deviation of a pulse, as a weight, with what reads add to it.
  public var pulseNoise: Double
  /// How long cells are pulsed around their points instead of being brought to either side; nil to do the latter.
  public var dwell: Dwell?
  /// How idle lines are held.
  public var scheme: BiasScheme

  /// Describes an audit, of 3 % of the window to either side.
  public init(
    _ expected: ResponseExpectation, averages: Int = 4, scheme: BiasScheme = .halfVoltage
  ) {
    bracket = 0.03 * expected.range
    step = expected.step
    longest = max(1, Int(0.1 * expected.range / expected.step))
    mostMoving = mostMoves * longest
    pulseNoise = expected.pulseNoise * expected.step
    self.averages = averages
    self.scheme = scheme
  }

  /// The least drift that counts, as a weight: the standard deviation of what noise makes of none.
  ///
  /// Where curved steps hardly differ, a place beyond the point drifts by next to nothing, and half of all signs are
  /// right by chance.
  public var leastDrift: Double { pulseNoise * (2 * Double(pairs)).squareRoot() }

  /// The most pulses that a cell can get: both sides, twice.
  public var mostPulses: Int { dwell.map { 2 * $0.pulses } ?? 4 * (moving + 2 * pairs) }

  /// What ``mostMoving`` and the rounds leave of it; none where cells stay where they are.
  var moving: Int { dwell == nil ? min(mostMoving, mostMoves * longest) : 0 }

  /// The most reads of the region.
  public var mostReads: Int { dwell.map { 2 * $0.reads } ?? 4 * (mostMoves + 2) }

  /// Asks some cells of a region.
  ///
  /// - Parameters:
  ///   - device: the metered device; pulses are booked as ``Cause/calibrate``.
  ///   - region: the cells.
  ///   - points: a point for each cell that is asked, nil for the others; row-major.
  /// - Returns: whether a cell passed; nil for those that were not asked.
  public func run(
    on device: MeteredDevice, region: CellRegion, points: [Double?]
  ) async throws(DeviceError) -> [Bool?] {
    precondition(points.count == region.count, "one entry a cell")
    var passed: [Bool?] = points.map { $0 == nil ? nil : false }
    for _ in 0..<2 {
      let asked = points.indices.map { passed[$0] == false ? points[$0] : nil }
      if asked.allSatisfy({ $0 == nil }) { break }
      if let dwell {
        let means = try await mean(dwell, at: asked, on: device, region: region)
        for cell in points.indices {
          guard let point = asked[cell] else { continue }
          passed[cell] = abs(means[cell] - point) < Self.allowance * bracket
        }
        continue
      }
      let below = try await drift(
        at: asked.map { $0.map { $0 - bracket } }, on: device, region: region)
      let above = try await drift(
        at: asked.map { $0.map { $0 + bracket } }, on: device, region: region)
      for cell in points.indices where asked[cell] != nil {
        passed[cell] =
          Double(below[cell]) > leastDrift && Double(above[cell]) < -leastDrift
      }
    }
    return passed
  }

  /// The same estimates, with those that fail the audit no longer called converged, and those of curved cells that
  /// pass it called so.
  ///
  /// A curved cell that passes has its point within about two brackets: its interval is no narrower than one.
  public func applied(
    _ passed: [Bool?], to estimates: [SymmetricPointEstimate]
  ) -> [SymmetricPointEstimate] {
    zip(passed, estimates).map { passed, estimate in
      var estimate = estimate
      if passed == false, estimate.verdict == .converged { estimate.verdict = .model }
      if passed == true, estimate.verdict == .model, Double(estimate.halfWidth) <= bracket {
        estimate.verdict = .converged
        estimate.halfWidth = Float(bracket)
      }
      return estimate
    }
  }

  /// What alternating pulses add to cells that were brought to some places.
  private func drift(
    at targets: [Double?], on device: MeteredDevice, region: CellRegion
  ) async throws(DeviceError) -> [Float] {
    let request = ReadRequest(region: region, averages: averages)
    var before = try await device.read(request).weights
    // Steps of curved cells are many times what they are elsewhere, and not the same up and down: each move tells.
    var steps = Array(repeating: (up: step, down: step), count: targets.count)
    var left = targets.map { _ in mostMoving }
    for _ in 0..<mostMoves {
      let moves = targets.indices.map { cell in
        targets[cell].map {
          move(from: Double(before[cell]), to: $0, steps[cell], most: left[cell])
        } ?? 0
      }
      if moves.allSatisfy({ $0 == 0 }) { break }
      for cell in left.indices { left[cell] -= abs(moves[cell]) }
      try await device.apply(
        counts: moves, to: region, scheme: scheme)
      let after = try await device.read(request).weights
      for cell in targets.indices where moves[cell] != 0 {
        let found = Double(after[cell] - before[cell]) / Double(moves[cell])
        // Noise may make it anything: within a factor of thirty.
        let size = min(max(found, 0.1 * step), 30 * step)
        if moves[cell] > 0 { steps[cell].up = size } else { steps[cell].down = size }
      }
      before = after
    }
    try await alternate(pairs, targets.map { $0 != nil }, on: device, region)
    let after = try await device.read(request).weights
    return zip(after, before).map { $0 - $1 }
  }

  /// The means of the states of some cells that are pulsed up and down.
  private func mean(
    _ dwell: Dwell, at points: [Double?], on device: MeteredDevice, region: CellRegion
  ) async throws(DeviceError) -> [Double] {
    let isAsked = points.map { $0 != nil }
    var sums = Array(repeating: 0.0, count: points.count)
    try await alternate(dwell.settling, isAsked, on: device, region)
    for _ in 0..<dwell.reads {
      try await alternate(dwell.pairs, isAsked, on: device, region)
      let states = try await device.read(ReadRequest(region: region, averages: averages)).weights
      for cell in sums.indices { sums[cell] += Double(states[cell]) }
    }
    return sums.map { $0 / Double(dwell.reads) }
  }

  /// Pulses some cells up and down in turn.
  private func alternate(
    _ pairs: Int, _ isAsked: [Bool], on device: MeteredDevice, _ region: CellRegion
  ) async throws(DeviceError) {
    guard pairs > 0 else { return }
    let train: (CellRegion) -> PulseTrain = {
      device.capabilities.train(.alternating(pairs: pairs), over: $0, scheme: scheme)
    }
    if isAsked.allSatisfy({ $0 }) {
      _ = try await device.apply(train(region))
    } else {
      _ = try await device.apply(region.segments(of: isAsked).map(train))
    }
  }

  /// The pulses that bring a cell nearer to a place, positive for up; none where it is near enough.
  private func move(
    from weight: Double, to target: Double, _ steps: (up: Double, down: Double), most left: Int
  ) -> Int {
    let distance = target - weight
    let size = distance > 0 ? steps.up : steps.down
    // A quarter of the bracket leaves the sides apart; a step cannot be divided.
    guard abs(distance) > max(bracket / 4, size / 2) else { return 0 }
    let count = min(max(1, Int(abs(distance) / size)), longest, left)
    return distance > 0 ? count : -count
  }
}
