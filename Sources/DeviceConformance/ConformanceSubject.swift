public import DeviceContract

/// What the suite is run against: a way to connect, and how many pulses it may spend.
public struct ConformanceSubject: Sendable {
  /// Connects to the device, anew at each call; it may also return the same connection again.
  public var connect: @Sendable () async throws -> any PulseDevice
  /// The most pulses that the whole suite may fire on one cell.
  public var pulsesPerCell: Int

  /// Describes a subject.
  public init(
    pulsesPerCell: Int = 20_000, connect: @escaping @Sendable () async throws -> any PulseDevice
  ) {
    self.pulsesPerCell = pulsesPerCell
    self.connect = connect
  }
}
