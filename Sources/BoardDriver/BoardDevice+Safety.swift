public import BoardTransport
public import DeviceContract
import PhysicalUnits
import WireProtocol

extension BoardDevice {
  /// Turns every output off.
  public func park() async { await connection.park() }
}

extension BoardDevice: Forming {
  /// Allows trains of cause ``Cause/form`` until the board is parked.
  public func armForming() async throws(DeviceError) {
    guard capabilities.compliance.enforcer != .nobody, wire.canForm != 0 else {
      throw .refused(
        "\(connection.name): nothing limits the current on this board, so it forms nothing")
    }
    try await connection.armForming()
  }
}

extension BoardDevice: EnvelopeEnforcing {
  /// Sets what the board holds pulses to, within the limits that it was built with.
  public func enforce(_ envelope: PulseEnvelope) async throws(DeviceError) {
    try await turn { connection async throws(DeviceError) in
      try await connection.limit(Wire.SetEnvelope(envelope))
    }
  }
}

extension BoardDevice: EmergencyStopping {
  /// Turns the board's outputs off at once, and latches that in its memory.
  public func emergencyStop() async throws(DeviceError) {
    try await connection.emergencyStop()
  }

  /// Ends the latch.
  public func clearEmergencyStop() async throws(DeviceError) {
    try await connection.clearEmergencyStop()
  }

  /// Stops a board without a session: also one that does not answer to a greeting.
  ///
  /// - Parameters:
  ///   - name: what messages call the board, such as its selector.
  ///   - open: opens the line.
  /// - Throws: ``DeviceError`` where the line cannot be opened, or the board did not confirm the stop.
  public static func emergencyStop(
    _ name: String, open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) async throws(DeviceError) {
    let connection = try await BoardConnection.begin(name, BoardConnection.Settings(), open: open)
    do throws(DeviceError) {
      try await connection.emergencyStop()
      await connection.end()
    } catch {
      await connection.end()
      throw error
    }
  }
}

extension Wire.SetEnvelope {
  /// What a pulse is held to in the units of the wire; the board narrows it further.
  init(_ envelope: PulseEnvelope) {
    // A whole number of units is one where a text says so and only the last bit of the number does not.
    func most<Value: FixedWidthInteger>(_ value: Double?, in unit: Double) -> Value {
      guard let exact = value.map({ $0 * unit }) else { return .max }
      let near = exact.rounded()
      let whole = abs(exact - near) <= 1e-9 * near ? near : exact.rounded(.down)
      return Value(clamping: UInt64(exactly: whole) ?? .max)
    }
    let amplitude: UInt32 = most(envelope.amplitude?.value, in: ReportedUnit.volt)
    let compliance: UInt32 =
      envelope.compliance == nil
      ? 0 : max(1, most(envelope.compliance?.value, in: ReportedUnit.ampere))
    self.init(
      amplitude: amplitude, formingAmplitude: amplitude, leastWidth: 0,
      mostWidth: envelope.width.map { UInt64(clamping: $0.picoseconds) } ?? .max,
      voltSeconds: most(envelope.voltageTime?.value, in: 1e15),
      leastPeriod: envelope.period.map { UInt64(clamping: $0.picoseconds) } ?? 0,
      compliance: compliance, steps: .max, odometer: .max)
  }
}
