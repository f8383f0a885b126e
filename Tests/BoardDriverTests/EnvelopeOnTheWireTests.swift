import DeviceContract
import PhysicalUnits
import Testing
import WireProtocol

@testable import BoardDriver

@Suite struct EnvelopeOnTheWireTests {
  /// Each limit in the unit of the wire, never looser than it was given.
  @Test func limitsKeepTheirValues() {
    var envelope = PulseEnvelope()
    (envelope.amplitude, envelope.compliance) = (Volts(1.5), Amperes(100e-6))
    (envelope.width, envelope.period) = (.microseconds(2), .nanoseconds(500))
    envelope.voltageTime = VoltSeconds(1.5e-6)
    let wire = Wire.SetEnvelope(envelope)
    #expect(wire.amplitude == 1_500_000 && wire.formingAmplitude == 1_500_000)
    #expect(wire.mostWidth == 2_000_000 && wire.leastPeriod == 500_000)
    // 1.5 V for 1 us: 1,500,000 uV times 1,000 ns.
    #expect(wire.voltSeconds == 1_500_000_000)
    #expect(wire.compliance == 100_000)
    envelope.amplitude = Volts(0.1 + 0.2)
    #expect(Wire.SetEnvelope(envelope).amplitude == 300_000)
    envelope.amplitude = Volts(1.000_000_9)
    #expect(Wire.SetEnvelope(envelope).amplitude == 1_000_000)
  }

  /// Without limits the board's own hold; a limit beyond what the wire can say is none.
  @Test func noLimitIsTheLargestNumber() {
    let wire = Wire.SetEnvelope(PulseEnvelope())
    #expect(wire.amplitude == .max && wire.formingAmplitude == .max && wire.mostWidth == .max)
    #expect(wire.voltSeconds == .max && wire.leastPeriod == 0 && wire.leastWidth == 0)
    #expect(wire.compliance == 0 && wire.steps == .max && wire.odometer == .max)
    var huge = PulseEnvelope()
    (huge.amplitude, huge.voltageTime) = (Volts(1e30), VoltSeconds(1e30))
    #expect(Wire.SetEnvelope(huge).amplitude == .max)
    #expect(Wire.SetEnvelope(huge).voltSeconds == .max)
    // Below what the wire can say, the least that it can; 0 would stand for none.
    var tiny = PulseEnvelope()
    tiny.compliance = Amperes(1e-12)
    #expect(Wire.SetEnvelope(tiny).compliance == 1)
  }
}
