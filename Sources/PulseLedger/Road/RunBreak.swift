import DeviceContract
import PhysicalUnits

/// Where a run broke off, and whether it made a read there that its ledger does not hold.
///
/// A read is written down when its answer is there, and reads that are asked for together when all of theirs are, so that
/// a kill can take the last ones. They are made again then, which moves no state, but other noise is in it, and in all reads after it where noise belongs to reads by their
/// number.
struct RunBreak {
  /// Reads that a run without a break does not make: those that were made again, and those of farewells.
  private(set) var extraReads = 0
  /// How far the device's clock was beyond the ledger when the run was gone on with; nil where that is not known.
  private(set) var elapsed: Seconds?
  /// Whether the last thing that was done before may have been a read.
  private var endsInRead = false
  /// The same for what has been visited of the session that is open.
  private var mayRead = false
  /// What the device's clock showed after the last train, in seconds.
  private var clock: Double?
  /// The records of the reads since, and how often each was made.
  private var readings: [(record: Int, times: Int)] = []
  /// Reads that are said to be made again, and that no reading has followed yet, and how often.
  private var repeats: [ReadRequest: Int] = [:]

  /// By how many seconds clocks are rounded, and sums of times: less than any read takes.
  static let rounding = 1e-8

  /// What was known at the last connection: the device's clock then, and the above.
  private var connection: (shown: Double, clock: Double, readings: [(record: Int, times: Int)])?

  /// Takes one more entry of the run's ledger.
  ///
  /// - Parameter isFarewell: whether a reading is that of a run which was stopped.
  mutating func visit(_ record: Int, _ content: LedgerEntry.Content, isFarewell: Bool) {
    switch content {
    case .connection(let connection):
      let shown = connection.history?.clock.value
      if let clock, let shown { self.connection = (shown, clock, readings) }
      clock = clock ?? shown
    case .campaign:
      // A session that was killed before it wrote anything may have read as well.
      (endsInRead, mayRead) = (mayRead, true)
    case .intent: mayRead = false
    case .outcome(let outcome):
      // Nobody read after a train that the device's journal had to tell of. One that never reached it comes next, and
      // if a read does instead, a power failure has taken the record of that.
      mayRead = outcome.source == .receipt || outcome.status == .refused
      if let after = outcome.clock { (clock, readings) = (Double(after) * 1e-9, []) }
    case .reading(let reading):
      mayRead = true
      if isFarewell { extraReads += 1 }
      let request = ReadRequest(region: reading.region, averages: reading.averages)
      readings.append((record, 1 + (repeats.removeValue(forKey: request) ?? 0)))
    case .reread(let reread):
      extraReads += 1
      repeats[ReadRequest(region: reread.region, averages: reread.averages), default: 0] += 1
    default: break
    }
  }

  /// Finds out how far the device's clock was beyond the ledger at the last connection.
  ///
  /// - Parameter duration: how long the read of a record took.
  mutating func compareClocks(duration: (_ record: Int) throws -> Seconds) rethrows {
    // Clocks that are not kept stand at 0.
    guard let connection, connection.shown > 0 else { return }
    let known = try connection.readings.reduce(connection.clock) {
      $0 + Double($1.times) * (try duration($1.record)).value
    }
    // Those of boards that have lost power begin anew.
    guard connection.shown > known - Self.rounding else { return }
    elapsed = Seconds(max(0, connection.shown - known))
  }

  /// Of the reads that are asked for together, and first, after the break, those that may have been made before it.
  ///
  /// A clock that has stood still since tells that none was: those of simulators count work alone.
  func readsThatMayHaveBeenMade(
    of requests: ArraySlice<ReadRequest>, by converter: ConverterCapability
  ) -> ArraySlice<ReadRequest> {
    guard endsInRead else { return [] }
    var before = Seconds.zero
    return requests.prefix { request in
      let duration = converter.duration(of: request.region, averages: request.averages)
      defer { before = before + duration }
      return !(elapsed.map { $0 < before + duration / 2 } ?? false)
    }
  }
}
