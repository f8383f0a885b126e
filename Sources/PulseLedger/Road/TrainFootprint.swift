import DeviceContract
import PhysicalUnits

/// What a train will do at most, computed once: it is held against limits, reserved, and booked.
struct TrainFootprint: Sendable, Hashable {
  /// The train in the shape that the device will really use: the one that is written down and sent.
  let train: PulseTrain
  /// The shape that was asked for.
  let asked: PulseShape
  /// The shape after quantisation.
  var shape: PulseShape { train.shape }
  let pulses: CellPulses
  let totals: PulseTotals
  let largest: Int
  let exposures: HalfSelectExposures?
  let mostEnergy: Joules
  /// The time that its pulses take.
  let duration: Seconds

  init(_ train: PulseTrain, shape: PulseShape, on capabilities: Capabilities) {
    asked = train.shape
    var train = train
    train.shape = shape
    self.train = train
    pulses = CellPulses(train)
    totals = pulses.totals(cells: train.region.count)
    largest = pulses.largest
    exposures =
      totals.all > 0 ? capabilities.exposures(of: train, signedCounts: pulses.signedCounts) : nil
    mostEnergy = Self.mostEnergy(of: totals.all, shape: shape, on: capabilities)
    duration = train.duration
  }

  /// The energy of pulses on cells of the highest conductance that can be read.
  static func mostEnergy(
    of pulses: Int, shape: PulseShape, on capabilities: Capabilities
  ) -> Joules {
    .dissipated(
      by: shape.amplitude, in: capabilities.scale.siemens(capabilities.converter.range.upperBound),
      during: shape.width.seconds) * Double(pulses)
  }
}
