import DeviceContract
import PhysicalUnits

/// What a train will do at most, computed once: it is held against limits, reserved, and booked.
struct TrainFootprint {
  let train: PulseTrain
  /// The shape after quantisation.
  let shape: PulseShape
  let pulses: CellPulses
  let totals: PulseTotals
  let largest: Int
  let exposures: HalfSelectExposures?
  let mostEnergy: Joules

  init(_ train: PulseTrain, shape: PulseShape, on capabilities: Capabilities) {
    self.train = train
    self.shape = shape
    pulses = CellPulses(train)
    totals = pulses.totals(cells: train.region.count)
    largest = pulses.largest
    exposures = totals.all > 0 ? capabilities.exposures(of: train) : nil
    mostEnergy = Self.mostEnergy(of: totals.all, shape: shape, on: capabilities)
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
