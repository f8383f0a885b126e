public import DeviceContract
import PhysicalUnits

/// The one road to a device: every train is checked, written down, fired once and counted.
///
/// A train passes in this order: the device's capabilities, the limits (both refuse before the first
/// pulse, nothing is clipped), the journal (intent), the device, the journal (outcome), the counts.
/// Algorithms, recipes and commands are given a `MeteredDevice` and never the device behind it.
public actor MeteredDevice: PulseDevice {
  /// What the device behind can do.
  public nonisolated let capabilities: Capabilities
  /// The limits of this campaign.
  public nonisolated let limits: LimitSet
  let device: any PulseDevice
  /// The device, if it takes trains under numbers.
  let journaled: (any JournaledDevice)?
  let journal: any PulseJournal
  var books: PulseBooks
  /// The device's count of all its pulses as last known.
  var odometer: PulseTotals?
  /// The lowest number that a device with a journal of its own may not have taken, after a failure.
  var unsure: UInt64?
  /// Trains whose intents are open: what became of them the device alone knows, and could not be asked.
  var unsettled: [Unsettled] = []
  /// What an interrupted run has done already; nil where there is none, or all of it has been given.
  var replay: RunReplay?
  /// What was taken from an interrupted run instead of from the device.
  public internal(set) var replayed = RunReplay.Summary()
  /// Where an interrupted run broke off, until something is asked of the device that it had not come to.
  var broken: RunBreak?
  /// Whether the device knows the limits, if it is one that holds pulses to them.
  var isEnvelopeSet = false
  var turns = Turns()
  /// Whether ``hold()`` has the turn.
  var isHeld = false

  /// Meters a device for one campaign.
  ///
  /// - Parameters:
  ///   - limits: what may be fired; campaign limits count from 0 here, whatever the device has seen.
  ///   - lifetime: what each tile had been through before, for limits on a share of life and on
  ///     exposures; empty where nothing is known of it, and then both count from 0 as well.
  ///   - armedForForming: whether trains of cause ``Cause/form`` may pass where the limits allow them.
  ///   - odometer: the device's count of all its pulses as it stands, where it is known.
  ///   - journal: where intents and outcomes are written down.
  ///   - replay: an interrupted run that is gone on with; what it did counts for the limits of the
  ///     campaign, and is not done again.
  public init(
    _ device: any PulseDevice, limits: LimitSet = .unlimited, lifetime: [TileHistory] = [],
    armedForForming: Bool = false, odometer: PulseTotals? = nil,
    journal: any PulseJournal = MemoryJournal(),
    replay: sending RunReplay? = nil
  ) {
    self.device = device
    journaled = device as? any JournaledDevice
    self.limits = limits
    self.odometer = odometer
    self.journal = journal
    let extraReads = replay?.end.extraReads ?? 0
    self.replay = replay
    capabilities = device.capabilities
    books = PulseBooks(
      device.capabilities, limits: limits, lifetime: lifetime, armedForForming: armedForForming)
    books.account.extraReads = extraReads
  }

  /// What has been spent so far.
  public var account: PulseAccount { books.account }

  /// Fires a train on the road described above; see ``PulseDevice/apply(_:)``.
  ///
  /// - Throws: besides what the device throws, ``DeviceError/Code/overBudget`` and
  ///   ``DeviceError/Code/refused`` with the limit, who set it, the number asked and the number left, and
  ///   ``DeviceError/Code/notRecorded``.
  public func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    try await apply([train])[0]
  }

  /// Fires trains one after the other; all are checked and written down before the first pulse.
  ///
  /// One train that a limit refuses refuses the whole batch, since what comes before it would have been
  /// fired for nothing. If a train fails on the device, the trains behind it are not sent.
  ///
  /// - Returns: one receipt a train.
  /// - Throws: as ``apply(_:)-(PulseTrain)``. ``DeviceError/fired`` bounds the pulses of the whole batch;
  ///   ``DeviceError/partial`` is the receipt of the train that failed. What the trains before it fired is
  ///   in the books and in the journal.
  public func apply(_ trains: [PulseTrain]) async throws(DeviceError) -> [Receipt] {
    guard !trains.isEmpty else { return [] }
    await takeTurn()
    defer { turns.give() }
    return replay == nil ? try await fire(trains) : try await goOn(with: trains)
  }

  /// The device's own count of pulses, since the device exists, after every train before it.
  public func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    await takeTurn()
    defer { turns.give() }
    return try await device.odometer(of: region)
  }

  /// Forgets what is left of an interrupted run, and lets go of its ledger.
  public func endReplay() { replay = nil }

  /// Turns every output off.
  ///
  /// What a break of the link has left open is settled, if the device can be asked by now.
  public func park() async {
    await device.park()
    try? await settleOpen()
  }

  /// Checks a whole campaign on one tile against what the limits have left.
  ///
  /// - Throws: ``DeviceError/Code/overBudget`` or ``DeviceError/Code/refused`` with the limit, who set it,
  ///   the number asked and the number left, so that a campaign which does not fit is refused before its
  ///   first pulse.
  public func check(_ quote: PulseQuote, on region: CellRegion) throws(DeviceError) {
    try books.check(quote, over: region)
  }

  /// Every limit in force, held against the worst case of a campaign on one tile.
  ///
  /// - Throws: ``DeviceError/Code/refused`` if the region is outside the array, or if the limits or the
  ///   lifetime record are of another one.
  public func verdicts(
    on quote: PulseQuote, over region: CellRegion
  ) throws(DeviceError) -> [LimitVerdict] {
    try books.verdicts(on: quote, over: region)
  }

  /// Pulses of this campaign for every cell of a region, for one cause or for all.
  ///
  /// - Precondition: the region lies inside the array.
  public func counts(of region: CellRegion, cause: Cause? = nil) -> CellCounts {
    books.tallies[region.tile.index].counts(of: region, cause: cause)
  }

  /// Half-select exposures of this campaign for every cell of a region.
  ///
  /// - Precondition: the region lies inside the array.
  public func exposures(of region: CellRegion) -> [UInt32] {
    books.tallies[region.tile.index].exposures.values(of: region)
  }

  /// Lets one call at a time reach the device, in the order in which they came.
  func takeTurn() async {
    guard !turns.takeIfFree() else { return }
    await withCheckedContinuation { turns.queue($0) }
  }
}
