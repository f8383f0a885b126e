import DeviceContract
import PhysicalUnits

extension LimitSet {
  /// What a device that can is to hold every pulse to by itself.
  var pulseEnvelope: PulseEnvelope {
    func duration(_ seconds: Double, _ rule: FloatingPointRoundingRule) -> PulseWidth {
      PulseWidth(picoseconds: Int64(exactly: (seconds * 1e12).rounded(rule)) ?? .max)
    }
    var envelope = PulseEnvelope()
    envelope.amplitude = amplitude.map { Volts($0.value) }
    envelope.width = width.map { duration($0.value, .toNearestOrAwayFromZero) }
    envelope.voltageTime = voltageTime.map { VoltSeconds($0.value) }
    // As ``LimitBound/allows(_:)`` has it: a part in 1e9 may come from the last bit of a number.
    envelope.period = rate.map { duration((1 - 1e-9) / $0.value, .up) }
    envelope.compliance = compliance.map { Amperes($0.value) }
    return envelope
  }

  /// The limits that hold for every pulse, against a shape as it was asked for and as it would be fired.
  ///
  /// Both count: what is fired may not exceed a limit, and what was asked for beyond one is refused and
  /// not brought below it by rounding.
  func envelope(_ asked: PulseShape, _ fired: PulseShape) -> [LimitVerdict] {
    let volts = max(asked.amplitude.magnitude, fired.amplitude.magnitude)
    let amplitude = asked.amplitude.isFinite ? volts : asked.amplitude
    let width = max(asked.width, fired.width)
    let period = min(asked.period, fired.period)
    var verdicts: [LimitVerdict] = []
    let every = { (bound: LimitBound?, value: Double) in
      if let bound { verdicts.append(LimitVerdict(bound, asks: value, of: "every pulse")) }
    }
    every(self.amplitude, amplitude.value)
    every(self.width, width.seconds.value)
    every(voltageTime, (amplitude * width.seconds).value)
    every(rate, 1 / period.seconds.value)
    if let compliance {
      verdicts.append(
        LimitVerdict(compliance, asks: asked.compliance?.value, of: "every pulse"))
    }
    return verdicts
  }
}
