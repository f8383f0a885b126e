public import DeviceContract

/// What the suite is run against: a way to connect, and how many pulses it may spend.
public struct ConformanceSubject: Sendable {
  /// Connects to the device, anew at each call; it may also return the same connection again.
  public var connect: @Sendable () async throws -> any PulseDevice
  /// The most pulses that the whole suite may fire on one cell.
  public var pulsesPerCell: Int

  /// Whether the device does everything but the pulses: states do not move then.
  public var isDry: Bool

  /// Describes a subject.
  public init(
    pulsesPerCell: Int = 20_000, isDry: Bool = false,
    connect: @escaping @Sendable () async throws -> any PulseDevice
  ) {
    self.pulsesPerCell = pulsesPerCell
    self.isDry = isDry
    self.connect = connect
  }
}
