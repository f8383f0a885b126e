import DeviceContract
import PhysicalUnits

extension ConformanceCheck {
  /// What a device refuses by itself, whatever a host asks for.
  static let safety = [
    ConformanceCheck(
      "envelope-enforced", "A pulse beyond the envelope is refused, until the envelope is replaced."
    ) { probe in
      guard let device = probe.device as? any EnvelopeEnforcing else {
        throw NotApplicable(explanation: "the device holds pulses to no envelope of a host")
      }
      let train = probe.train(probe.anyPattern)
      let shape = try probe.capabilities.check(train)
      var envelopes: [(String, PulseEnvelope)] = []
      func envelope(_ name: String, _ set: (inout PulseEnvelope) -> Void) {
        var envelope = PulseEnvelope()
        set(&envelope)
        envelopes.append((name, envelope))
      }
      envelope("amplitude") { $0.amplitude = Volts(shape.amplitude.magnitude.value / 2) }
      envelope("width") { $0.width = PulseWidth(picoseconds: shape.width.picoseconds / 2) }
      envelope("amplitude times width") {
        $0.voltageTime = VoltSeconds((shape.amplitude.magnitude * shape.width.seconds).value / 2)
      }
      envelope("period") { $0.period = PulseWidth(picoseconds: shape.period.picoseconds * 2) }
      if shape.compliance == nil { envelope("compliance") { $0.compliance = Amperes(1e-6) } }
      do {
        for (name, envelope) in envelopes {
          try await device.enforce(envelope)
          try await probe.expectNoPulse {
            try await probe.expectRefusal("a train beyond the envelope's \(name)") {
              _ = try await device.apply(train)
            }
          }
        }
      } catch {
        try? await device.enforce(PulseEnvelope())
        throw error
      }
      // What is just within it passes.
      var exact = PulseEnvelope()
      (exact.amplitude, exact.width, exact.period) = (
        shape.amplitude.magnitude, shape.width, shape.period
      )
      exact.voltageTime = shape.amplitude.magnitude * shape.width.seconds
      try await device.enforce(exact)
      try await probe.applyAndCount(train)
      try await device.enforce(PulseEnvelope())
      try await probe.applyAndCount(train)
    },
    ConformanceCheck(
      "emergency-latched", "After an emergency stop nothing is fired until it is cleared."
    ) { probe in
      guard let device = probe.device as? any EmergencyStopping else {
        throw NotApplicable(explanation: "the device has no emergency stop")
      }
      let train = probe.train(probe.anyPattern)
      try await probe.applyAndCount(train)
      for _ in 0..<2 { try await device.emergencyStop() }
      try await probe.expectNoPulse {
        do {
          _ = try await device.apply(train)
        } catch let error as DeviceError {
          try probe.expect(
            error.code == .faulted && error.fired == 0...0,
            "after an emergency stop a train failed with \(error.code): \(error)")
          return
        }
        throw ConformanceFailure(explanation: "a train was fired after an emergency stop")
      }
      for _ in 0..<2 { try await device.clearEmergencyStop() }
      try await probe.applyAndCount(train)
    },
  ]
}
