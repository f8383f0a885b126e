import CrossbarKernels
public import DeviceContract

extension Crossbar {
  /// Where the chip stands; see ``JournaledDevice/history()``.
  public func history() throws(DeviceError) -> DeviceHistory {
    DeviceHistory(
      epoch: memory.header.pointee.epoch, last: memory.last, oldestKept: memory.oldestKept,
      pulses: memory.pulses, clock: memory.clock)
  }

  /// What became of a train; see ``JournaledDevice/outcome(of:)``.
  public func outcome(of number: UInt64) throws(DeviceError) -> JournaledOutcome? {
    memory.outcome(of: number)
  }

  /// Checksums of the odometer of a tile; see ``JournaledDevice/odometerDigests(of:)``.
  public func odometerDigests(of tile: Tile) throws(DeviceError) -> OdometerDigests {
    OdometerDigests(of: try odometer(of: capabilities.whole(tile: tile)))
  }
}
