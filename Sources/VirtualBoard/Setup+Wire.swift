import CTareBoard
import WireProtocol

extension tare_capabilities {
  /// The fixed part of a capability record, as the core keeps it.
  init(_ wire: Wire.Capabilities) {
    self.init()
    (tiles, rows, columns) = (wire.tiles, wire.rows, wire.columns)
    (kinds, schemes) = (wire.kinds, wire.schemes)
    (can_form, can_multiply, has_dry_run) = (wire.canForm, wire.canMultiply, wire.hasDryRun)
    (longest_train, longest_line) = (wire.longestTrain, wire.longestLine)
    (least_amplitude, most_amplitude, step_amplitude) = (
      wire.leastAmplitude, wire.mostAmplitude, wire.stepAmplitude
    )
    (least_width, most_width, step_width) = (wire.leastWidth, wire.mostWidth, wire.stepWidth)
    (least_edge, most_edge, step_edge) = (wire.leastEdge, wire.mostEdge, wire.stepEdge)
    (least_period, most_period, step_period) = (wire.leastPeriod, wire.mostPeriod, wire.stepPeriod)
    enforcer = wire.enforcer.rawValue
    (least_weight, step_weight, bits) = (wire.leastWeight, wire.stepWeight, wire.bits)
    (noise, parallel_columns) = (wire.noise, wire.parallelColumns)
    (sample_time, most_averages) = (wire.sampleTime, wire.mostAverages)
    (least_read_amplitude, most_read_amplitude, step_read_amplitude) = (
      wire.leastReadAmplitude, wire.mostReadAmplitude, wire.stepReadAmplitude
    )
    shortest_measurable = wire.shortestMeasurable
    (conductance_at_zero, conductance_per_unit) = (
      wire.conductanceAtZero, wire.conductancePerUnit
    )
    (nominal_amplitude, nominal_width) = (wire.nominalAmplitude, wire.nominalWidth)
    (nominal_rise, nominal_fall) = (wire.nominalRise, wire.nominalFall)
    (nominal_period, nominal_compliance) = (wire.nominalPeriod, wire.nominalCompliance)
  }
}

extension tare_envelope {
  /// All that a device can do.
  init(limitsOf wire: Wire.Capabilities) {
    self.init()
    (amplitude, forming_amplitude) = (wire.mostAmplitude, wire.mostAmplitude)
    (least_width, most_width) = (wire.leastWidth, wire.mostWidth)
    volt_seconds = .max
    least_period = wire.leastPeriod
    // No current limit is needed, since nothing limits the current here.
    compliance = 0
    (steps, odometer) = (.max, .max)
  }
}
