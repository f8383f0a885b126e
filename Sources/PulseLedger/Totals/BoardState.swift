import DeviceContract

/// What a ledger knows of one device: where its numbers stand and what its odometer must read.
///
/// A class, so that counting a train copies no array.
final class BoardState {
  var device: DeviceIdentity
  var epoch: UInt64
  /// The last number that was given to a train, whether it was settled or not.
  var lastNumber: UInt64
  /// The last number under which pulses were fired, or may have been; 0 where there is none since the
  /// device's history was last taken over.
  var lastFired: UInt64 = 0
  /// Expected counts, one entry a tile.
  var odometer: [CellTally]
  /// How much more the odometer of each cell may read, until it is compared; one entry a tile, empty
  /// where every count is sure.
  var uncertain: [[UInt32]]
  /// The device's clock at the last outcome, in nanoseconds.
  var clock: UInt64 = 0

  init(device: DeviceIdentity, epoch: UInt64, lastNumber: UInt64, odometer: [CellTally]) {
    self.device = device
    self.epoch = epoch
    self.lastNumber = lastNumber
    self.odometer = odometer
    uncertain = odometer.map { _ in [] }
  }

  /// Sets what the odometer is known to read.
  func set(_ counts: [CellCounts], rows: Int, columns: Int) {
    odometer = counts.map { CellTally($0, rows: rows, columns: columns) }
    uncertain = counts.map { _ in [] }
  }
}
