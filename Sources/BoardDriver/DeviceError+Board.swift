import BoardTransport
import DeviceContract
import WireProtocol

extension DeviceError {
  /// A line that cannot be opened, and what that means for the pulses.
  init(_ error: TransportError, _ consequence: String = "nothing was fired") {
    let code: Code =
      switch error.code {
      case .busy: .busy
      case .lost, .io: .linkLost
      case .notFound: .notFound
      case .permissionDenied: .permissionDenied
      case .notADevice, .unsupported, .badSelector: .refused
      }
    self.init(code: code, explanation: "\(error.description); \(consequence)")
  }

  /// A board that was to do everything but fire.
  static func noDrySessions(_ name: String) -> DeviceError {
    .refused("\(name): the board has no dry sessions; nothing was fired")
  }

  /// A request that has no answer.
  init(_ failure: SessionFailure, _ what: String, fired: ClosedRange<Int>) {
    let code: Code =
      switch failure {
      case .silent: .timedOut
      case .lost, .disarmed: .linkLost
      case .stale: .busy
      case .refused(.conflict, _), .refused(.memory, _), .refused(.fault, _),
        .refused(.emergencyStop, _), .confused:
        .faulted
      case .refused: .refused
      }
    let consequence =
      fired.upperBound == 0
      ? "nothing was fired"
      : "between \(fired.lowerBound) and \(fired.upperBound) pulses were fired; the board knows: it says so "
        + "at the next connection"
    self.init(
      code: code, fired: fired, explanation: "\(what): \(failure.explanation); \(consequence)")
  }
}
