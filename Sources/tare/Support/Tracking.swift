import AnalogTraining
import Calibration
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import SymmetricPoint

/// Symmetric points of a tile, followed through a ledger.
struct Tracking {
  /// What makes points of pulses and reads.
  enum Method: String, CaseIterable {
    /// Two lines for each cell.
    case lines
    /// The moving average of what is read.
    case movingAverage = "moving-average"
    /// ``KalmanTracker`` over what is read.
    case kalman
  }

  /// What a check says, and whether points have moved.
  typealias Check = TrackReport.Check

  let ledger: TrackedLedger
  let method: Method
  /// A check after so many pulses a cell.
  let every: Int
  let falseAlarms: Double
  let truth: [Double?]?
  /// What was known before, over the cells of the tile; nil for nothing.
  let known: KnownReference?
  private(set) var record: PulseRecord
  private(set) var array: PassiveArray?
  private(set) var checks: [Check] = []
  private var accepted: KnownReference?
  private var average: MovingAverage
  private var kalman: KalmanTracker
  private var nextCheck = 0

  init(
    _ ledger: TrackedLedger, tile: Int, method: Method, every: Int, falseAlarms: Double,
    known: KnownReference?
  ) async throws {
    (self.ledger, self.method, self.every) = (ledger, method, every)
    (self.falseAlarms, self.known, accepted) = (falseAlarms, known, known)
    truth = try await ledger.truth(tile: tile)
    let (rows, columns) = (ledger.genesis.rows, ledger.genesis.columns)
    record = try PulseRecord(ledger.path)
    var array = PassiveArray(
      ledger.expected, tile: Tile(tile), rows: rows, columns: columns,
      readNoise: ledger.readNoise)
    array.keepsReads = method != .lines
    self.array = array
    // A column for each cell: reads come cell by cell.
    average = MovingAverage(rows: 1, columns: rows * columns, gain: 0.05)
    kalman = KalmanTracker(rows: 1, columns: rows * columns)
  }

  /// The same from the first record on, with what is known of all cells together by now.
  func again() throws -> Tracking {
    var next = self
    next.record = try PulseRecord(ledger.path)
    next.array = array?.again
    (next.checks, next.accepted, next.nextCheck) = ([], known, 0)
    return next
  }

  /// Goes on to the end of what has been written, or so far.
  ///
  /// - Parameter told: is given each check.
  /// - Returns: whether there was anything.
  mutating func advance(
    most: Int = .max, told: (Check) throws -> Void = { _ in }
  ) throws -> Bool {
    var (record, array) = (self.record, self.array)
    (self.array, nextCheck) = (nil, max(nextCheck, every))
    defer { (self.record, self.array) = (record, array) }
    return try record.advance(&array, most: most) { array, record in
      guard array != nil else { return }
      if method != .lines { observe(array?.readsAfterPulses() ?? []) }
      guard let found = array, !found.members.isEmpty,
        found.pulses >= nextCheck * found.members.count
      else { return }
      nextCheck = found.pulses / found.members.count + every
      let check = check(found)
      checks.append(check)
      array?.checkpoint()
      try told(check)
    }
  }

  private mutating func observe(_ reads: [(place: Int, weight: Float)]) {
    for (place, weight) in reads {
      if method == .kalman {
        kalman.observe([weight], columns: place..<place + 1, signs: [1])
      } else {
        average.observe([weight], columns: place..<place + 1, signs: [1])
      }
    }
  }

  // MARK: - What is known

  /// What is known of each member of an array.
  private func estimates(_ array: PassiveArray, recent: Bool) -> [PassiveEstimate] {
    let lines = recent ? array.recentEstimates : array.estimates
    guard method != .lines else { return lines }
    let tracker: any SymmetricPointTracker = method == .kalman ? kalman : average
    let reference = tracker.reference
    return lines.enumerated().map { place, cell in
      var cell = cell
      cell.value = Double(reference.estimate.values[place])
      cell.deviation = Double(reference.spread.values[place])
      if ![.notPulsed, .oneDirection].contains(cell.says) {
        cell.says = cell.deviation.isFinite && cell.reads > 2 ? .point : .tooLittle
      }
      return cell
    }
  }

  /// Points over the cells of the tile; of cells without one the spread is infinite.
  private func reference(_ estimates: [PassiveEstimate], _ array: PassiveArray) -> KnownReference {
    var found = KnownReference(rows: array.rows, columns: array.columns)
    found.spread = Matrix(rows: array.rows, columns: array.columns, repeating: .infinity)
    for (place, cell) in array.members.enumerated() where estimates[place].hasPoint {
      found.estimate.values[cell] = Float(estimates[place].value)
      found.spread.values[cell] = Float(estimates[place].deviation)
    }
    return found
  }

  /// Compares what was seen since the last check with what was accepted: what was known before, or what was seen up to
  /// the first check.
  private mutating func check(_ array: PassiveArray) -> Check {
    let now = reference(estimates(array, recent: true), array)
    // What the averages of reads say moves with gradients and ways, too: no chance can be told of that.
    let alarm = (method == .lines ? accepted : nil).flatMap {
      DriftAlarm(
        from: $0, to: now, check: checks.count + 1, falseAlarms, allowed: 0,
        // Cells of few states now and then do what no normal noise lets them.
        freedom: 4)
    }
    if accepted == nil { accepted = now }
    let all = estimates(array, recent: false)
    let points = array.members.indices.filter { all[$0].hasPoint }
    let widths = points.map { 1.96 * all[$0].deviation }.sorted()
    let squares = points.compactMap { place in
      truth?[array.members[place]].map { ($0 - all[place].value) * ($0 - all[place].value) }
    }
    return Check(
      pulses: array.pulses, cells: points.count,
      medianHalfWidth: widths.isEmpty ? nil : widths[widths.count / 2],
      error: squares.isEmpty
        ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot(), alarm: alarm)
  }

  private typealias Point = (value: Double, deviation: Double)

  /// What two that know nothing of each other say together.
  private static func both(_ one: Point?, _ other: Point?) -> Point? {
    guard let one, let other else { return one ?? other }
    let (a, b) = (1 / (one.deviation * one.deviation), 1 / (other.deviation * other.deviation))
    return ((a * one.value + b * other.value) / (a + b), 1 / (a + b).squareRoot())
  }

  /// What is to be told.
  ///
  /// - Parameters:
  ///   - tolerance: a standard deviation that is good enough, as a weight.
  func report(_ mark: RunMark, tolerance: Double) throws -> TrackReport {
    guard let array, !array.members.isEmpty else {
      throw CommandFailure(
        .noInput,
        "\(ledger.path): no cell of this tile was read, so that its pulses say nothing; --tile names another one"
      )
    }
    let region = array.readRegion
    let found = estimates(array, recent: false)
    // What has moved is no longer where it was known to be.
    let hasMoved = checks.contains { $0.alarm != nil }
    var cells = Array(
      repeating: ReferenceMap.Cell(value: nil, halfWidth: nil, verdict: .priorOnly, pulses: 0),
      count: region.count)
    var counts = CellCounts(cells: region.count)
    var says: [String: Int] = [:]
    var points: [Int: PassiveEstimate] = [:]
    for (place, cell) in array.members.enumerated() { points[cell] = found[place] }
    for place in 0..<region.count {
      let cell = region.cell(place, columns: array.columns)
      let before = hasMoved ? nil : known.flatMap { $0.point(cell) }
      let own = points[cell]
      (counts.up[place], counts.down[place]) = (
        UInt32(clamping: own?.up ?? 0), UInt32(clamping: own?.down ?? 0)
      )
      cells[place].pulses = (own?.up ?? 0) + (own?.down ?? 0)
      if let own { says[own.says.rawValue, default: 0] += 1 }
      guard
        let point = Self.both(
          before, own.flatMap { $0.hasPoint ? ($0.value, $0.deviation) : nil })
      else {
        if own?.says == .coarse || own?.says == .misfit { cells[place].verdict = .model }
        continue
      }
      (cells[place].value, cells[place].halfWidth) = (
        Float(point.value), Float(1.96 * point.deviation)
      )
      cells[place].verdict = point.deviation <= tolerance ? .converged : .budget
    }
    return TrackReport(
      mark: mark, ledger: ledger.path,
      map: ReferenceMap(
        device: ledger.device, region: region, method: "track-" + method.rawValue,
        tolerance: tolerance, run: ledger.campaign.run.uuidString, cells: cells),
      says: says, counts: counts,
      truth: truth.map { truth in
        (0..<region.count).map { truth[region.cell($0, columns: array.columns)] }
      },
      checks: checks, pulses: counts.totals.all, trains: record.trains, reads: record.reads,
      innovationRatio: method == .lines ? array.innovationRatio : nil,
      hasEnded: record.source.hasEnded, finished: record.source.time ?? Date())
  }
}

extension KnownReference {
  /// What is known of a cell; nil for nothing.
  fileprivate func point(_ cell: Int) -> (value: Double, deviation: Double)? {
    let deviation = Double(spread.values[cell])
    return deviation.isFinite ? (Double(estimate.values[cell]), deviation) : nil
  }
}
