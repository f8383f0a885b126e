import ByteCoding
import DeviceContract

/// What is long in an intent, or takes long to find out: made once, for the limits and for all ledgers.
struct PreparedTrain: Sendable {
  let digest: UInt32
  let pattern: PackedBytes
  let pulses: CellPulses
  let totals: PulseTotals
  /// Nil where the limits did not need them; see ``PulseTrain/exposesNothing(rows:columns:)``.
  let exposures: HalfSelectExposures?

  init(_ intent: TrainIntent) {
    let train = intent.train
    var writer = ByteWriter(reserving: 16)
    train.pattern.write(to: &writer)
    digest = train.digest(pattern: writer.bytes)
    pattern = PackedBytes(writer.bytes)
    pulses = intent.footprint?.pulses ?? CellPulses(train)
    totals = intent.footprint?.totals ?? pulses.totals(cells: train.region.count)
    exposures = intent.footprint?.exposures
  }
}
