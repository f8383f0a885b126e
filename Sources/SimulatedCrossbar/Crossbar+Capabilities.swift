import DeviceContract
import PhysicalUnits
import ResponseModels

extension Crossbar {
  /// What the simulator can do: everything, but only with the pulse that the response was measured with.
  static func capabilities(
    of settings: SimulatorSettings, serialNumber: String
  ) throws -> Capabilities {
    let device = settings.device
    let model = device.model.resolved
    let pulse = device.pulse
    let edge = min(PulseWidth.nanoseconds(10), pulse.width)
    let bound = model.wMax - model.wMin
    // One converter reads all tiles.
    let ranges = try settings.models().map(Self.range)
    let lowest = ranges.map(\.lowerBound).min() ?? model.wMin
    let highest = ranges.map(\.upperBound).max() ?? model.wMax
    let bits = settings.noise ? settings.converterBits : 0
    let converter = ConverterCapability(
      range: lowest...highest, bits: bits,
      noise: settings.noise ? settings.readNoise * bound : 0,
      parallelColumns: settings.columns, sampleTime: Seconds(10e-6),
      // A sum of codes has 32 bits.
      mostAverages: 1 << min(16, 32 - bits),
      amplitude: try SteppedRange(from: Volts(0.05), through: Volts(0.3), step: Volts(0.01)))
    return Capabilities(
      identity: DeviceIdentity(
        model: "simulated \(device.name)", serialNumber: serialNumber, firmware: "1"),
      tiles: settings.tiles, rows: settings.rows, columns: settings.columns,
      trainKinds: Set(PulseTrain.Kind.allCases),
      amplitude: try SteppedRange(
        from: pulse.amplitude, through: pulse.amplitude, step: Volts(0.01)),
      width: try SteppedWidths(from: pulse.width, through: pulse.width, step: .nanoseconds(10)),
      edge: try SteppedWidths(from: edge, through: edge, step: .nanoseconds(10)),
      period: try SteppedWidths(
        from: pulse.width, through: max(pulse.period, .milliseconds(1_000)), step: .nanoseconds(10)),
      compliance: ComplianceCapability(enforcer: .nobody), converter: converter,
      longestTrain: Int(Int32.max), biasSchemes: Set(BiasScheme.allCases), queueDepth: 1,
      counterDurability: settings.state == nil ? .volatile : .everyPulse,
      scale: ConductanceScale(
        atZero: device.conductanceAtZero, perUnit: device.conductancePerUnit),
      nominalShape: PulseShape(
        amplitude: pulse.amplitude, width: pulse.width, rise: edge, fall: edge,
        period: pulse.period)
    ).rounded
  }
  /// The weights that the cells of a device may have.
  private static func range(of model: DeviceModel) -> ClosedRange<Double> {
    // Room for the spread of bounds and references around their means.
    let margin =
      (model.wMax - model.wMin) / 2
      + (model.kind.hasReference ? abs(model.referenceMean) + 4 * model.referenceStd : 0)
    return (model.wMin - margin)...(model.wMax + margin)
  }
}
