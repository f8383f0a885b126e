import ByteCoding
import DeviceContract

/// The part of an intent that is long: made once for the chip's ledger and the run's.
struct PackedTrain: Sendable {
  let digest: UInt32
  let pattern: PackedBytes

  init(_ train: PulseTrain) {
    var writer = ByteWriter(reserving: 16)
    train.pattern.write(to: &writer)
    digest = train.digest
    pattern = PackedBytes(writer.bytes)
  }
}
