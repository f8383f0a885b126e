/// What a stream may be waited for, and what came of it.
public struct Readiness: OptionSet, Sendable, Hashable {
  /// The bits.
  public let rawValue: UInt8

  /// A set of bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// There may be bytes to read, or the end of the stream.
  public static let readable = Readiness(rawValue: 1)
  /// There may be room for bytes.
  public static let writable = Readiness(rawValue: 2)
  /// The descriptor that was given to end the wait is readable.
  public static let woken = Readiness(rawValue: 4)
}

/// A descriptor that poll(2) is to look at.
public struct Watch: Sendable, Hashable {
  /// The descriptor.
  public var descriptor: Int32
  /// What to wait for; the end of a stream is always waited for.
  public var readiness: Readiness

  /// Has a descriptor looked at.
  public init(_ descriptor: Int32, _ readiness: Readiness) {
    self.descriptor = descriptor
    self.readiness = readiness
  }
}
