import DeviceContract

/// What a ledger knows of one device: where its numbers stand and what its odometer must read.
///
/// A class, so that counting a train copies no array.
final class BoardState {
  var device: DeviceIdentity
  /// What its counters survive.
  var durability = CounterDurability.volatile
  var epoch: UInt64
  /// The last number that was given to a train, whether it was settled or not.
  var lastNumber: UInt64
  /// The last number under which pulses were fired, or may have been; 0 where there is none since the
  /// device's history was last taken over.
  var lastFired: UInt64 = 0
  /// The numbers during which this ledger's chip was on the device, oldest first: a board carries one
  /// chip after the other.
  var tenures: [Tenure]
  /// Expected counts, one entry a tile.
  var odometer: [CellTally]
  /// How much more the odometer of each cell may read, until it is compared; one entry a tile, empty
  /// where every count is sure.
  var uncertain: [[UInt32]]
  /// The device's clock at the last outcome, in nanoseconds.
  var clock: UInt64 = 0
  /// Whether it has changed since it was last saved.
  var hasChanged = false

  /// Trains that belong to one chip: those after a number, up to another.
  struct Tenure: Sendable, Hashable {
    var after: UInt64
    var last: UInt64
  }

  init(device: DeviceIdentity, epoch: UInt64, lastNumber: UInt64, odometer: [CellTally]) {
    self.device = device
    self.epoch = epoch
    self.lastNumber = lastNumber
    self.odometer = odometer
    tenures = [Tenure(after: lastNumber, last: lastNumber)]
    uncertain = odometer.map { _ in [] }
  }

  /// Takes a train's number.
  func take(_ number: UInt64) {
    lastNumber = number
    tenures[tenures.count - 1].last = number
  }

  /// Goes on from a history that was not this ledger's.
  func goOn(from history: DeviceHistory) {
    (epoch, lastNumber, lastFired) = (history.epoch, history.last, 0)
    tenures.append(Tenure(after: history.last, last: history.last))
  }

  /// Sets what the odometer is known to read.
  func set(_ counts: [CellCounts], rows: Int, columns: Int) {
    odometer = counts.map { CellTally($0, rows: rows, columns: columns) }
    uncertain = counts.map { _ in [] }
  }
}
