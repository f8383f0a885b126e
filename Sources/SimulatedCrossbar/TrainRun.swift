import DeviceContract
import PhysicalUnits

/// A train that is being fired, and how far it has come.
struct TrainRun {
  let train: PulseTrain
  let steps: Int
  /// The lines of an outer product as the kernels take them.
  let lines: LineBytes?
  /// The device's clock when the train began.
  let start: Seconds
  /// Steps that have been fired, and of these the ones that have been booked.
  var done = 0
  var booked = 0
  /// Slots of the booked steps.
  var slots = 0
  /// The sum of the conductances of the cells at their pulses.
  var conductance = 0.0
  /// What will be told; its duration is that of the reads alone.
  var receipt: Receipt

  init(_ train: PulseTrain, shape: PulseShape, clock: Seconds) {
    self.train = train
    steps = train.steps
    lines = LineBytes(train)
    start = clock
    receipt = Receipt(fired: PulseTotals(), shape: shape, energy: .zero)
  }

  /// The time that reads and booked pulses took.
  var time: Seconds { receipt.duration + train.shape.period.seconds * Double(slots) }
}
