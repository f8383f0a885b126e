/// Bytes that are not what was written.
public enum ByteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There are fewer bytes than there must be.
  case short(at: Int)
  /// The bytes have no meaning, or more than one.
  case malformed(at: Int)

  /// Such as "the bytes end too early, at byte 12".
  public var description: String {
    switch self {
    case .short(let offset): "the bytes end too early, at byte \(offset)"
    case .malformed(let offset): "the bytes make no sense at byte \(offset)"
    }
  }
}
