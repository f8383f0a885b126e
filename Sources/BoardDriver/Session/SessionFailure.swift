import WireProtocol

/// Why a request to a board has no answer.
enum SessionFailure: Error, Sendable, Hashable {
  /// Nothing valid was heard for long.
  case silent
  /// The stream of bytes ended.
  case lost(String)
  /// Another host has the board.
  case stale
  /// The board cannot obey, or stands in another place than the host.
  case refused(Wire.Reason, number: UInt64)
  /// The board let go of what waited.
  case disarmed(Wire.Reason)
  /// The board answered something else than it must.
  case confused(String)

  /// Whether the link broke, so that the board is to be asked where it stands.
  var isBreak: Bool {
    switch self {
    // The lease runs out where this host was held up.
    case .silent, .lost, .disarmed(.lease): true
    default: false
    }
  }

  var explanation: String {
    switch self {
    case .silent: "the board does not answer"
    case .lost(let what): what
    case .stale: "another program has opened the board"
    case .refused(let reason, let number):
      "the board refuses: \(reason.words)" + (number == 0 ? "" : " (train \(number))")
    case .disarmed(let reason): "the board has turned its outputs off: \(reason.words)"
    case .confused(let what): "the board does not keep to the protocol: \(what)"
    }
  }
}
