import WireProtocol

/// Something asked of a board, from its first message to the last answer.
protocol BoardRequest: AnyObject {
  /// Sends the next message that asks for it; returns whether that was the last one.
  func sendNext(on link: inout HostLink) -> Bool

  /// Asks for no more than it has: whether all that was asked for has been answered.
  func stopSending() -> Bool

  /// Takes an answer: whether it was the last one.
  ///
  /// - Throws: what the session then fails with, since an answer out of place makes all that follow
  ///   unreliable.
  func take(_ message: Wire.Message) throws(SessionFailure) -> Bool

  /// There will be no more answers.
  func fail(_ failure: SessionFailure)
}

/// A request that has one value for an answer.
final class ValueRequest<Value: Sendable>: BoardRequest {
  private let ask: (inout HostLink) -> Void
  private let accept: (Wire.Message) throws(SessionFailure) -> Value?
  private var done: ((Result<Value, SessionFailure>) -> Void)?

  /// - Parameters:
  ///   - accept: the value, or nil while there are answers to come; throws for an answer that is none.
  ///   - done: called once.
  init(
    _ ask: @escaping (inout HostLink) -> Void,
    accept: @escaping (Wire.Message) throws(SessionFailure) -> Value?,
    done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    (self.ask, self.accept, self.done) = (ask, accept, done)
  }

  func sendNext(on link: inout HostLink) -> Bool {
    ask(&link)
    return true
  }

  func stopSending() -> Bool { false }

  func take(_ message: Wire.Message) throws(SessionFailure) -> Bool {
    if case .refused(let refused) = message {
      finish(.failure(.refused(refused.reason, number: 0)))
      return true
    }
    guard let value = try accept(message) else { return false }
    finish(.success(value))
    return true
  }

  func fail(_ failure: SessionFailure) { finish(.failure(failure)) }

  private func finish(_ result: Result<Value, SessionFailure>) {
    done?(result)
    done = nil
  }
}
