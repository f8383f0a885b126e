/// A device that numbers its trains and remembers what became of them, also when its power fails.
///
/// The host gives each train the number of its intent. After a crash on either side the device's journal
/// says which trains were fired, so that none is fired twice and none is forgotten.
///
/// # Contract
/// - **Consecutive**: a train is taken only under the number after ``DeviceHistory/last``. Any other is
///   ``DeviceError/Code/refused``, fires nothing and uses nothing up.
/// - **At most once**: a number is used up before its first pulse; a refused train uses it up as well.
/// - **Counted before fired**: after a power failure the odometer is never too low.
/// - ``PulseDevice/apply(_:)`` takes the next number by itself.
public protocol JournaledDevice: PulseDevice {
  /// Fires a train under a number; otherwise as ``PulseDevice/apply(_:)``.
  func apply(_ train: PulseTrain, number: UInt64) async throws(DeviceError) -> Receipt

  /// Where the device stands: all that a host needs to tell whether their histories agree.
  func history() async throws(DeviceError) -> DeviceHistory

  /// What became of a train, or nil where the device never had it or no longer keeps it.
  func outcome(of number: UInt64) async throws(DeviceError) -> JournaledOutcome?

  /// Checksums of the odometer of a tile, one for each block of cells; see ``OdometerDigests``.
  func odometerDigests(of tile: Tile) async throws(DeviceError) -> OdometerDigests
}
