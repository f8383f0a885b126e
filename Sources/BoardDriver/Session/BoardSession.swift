import WireProtocol

/// Requests to a board and their answers, without any input or output: bytes and times go in, bytes come out.
///
/// The board answers in the order in which it was asked. Not `Sendable`: it belongs to the thread of its
/// device.
final class BoardSession {
  private(set) var link = HostLink()
  private var pending: [any BoardRequest] = []
  /// Those of them that have not asked for all that they want.
  private var unsent: [any BoardRequest] = []
  private var greeting: ((Result<Wire.HelloAck, SessionFailure>) -> Void)?
  private var inquiry: ((Result<Wire.HelloAck, SessionFailure>) -> Void)?
  /// The last that the board said of itself.
  private(set) var status: Wire.Status?
  /// The last that it said of its emergency stop.
  var emergency: Wire.EmergencyState?
  /// Whether another host has taken the board: this one must not take it back.
  private(set) var isTaken = false

  var isOpen: Bool { link.isOpen }
  /// Whether nothing is asked of the board.
  var isIdle: Bool { pending.isEmpty }

  /// Begins a session; what waits fails.
  func greet(
    _ hello: Wire.Hello, at now: UInt64,
    done: @escaping (Result<Wire.HelloAck, SessionFailure>) -> Void
  ) {
    end(.stale)
    greeting = done
    link.greet(hello, at: now)
  }

  /// Asks how the board stands, within the session.
  func inquire(at now: UInt64, done: @escaping (Result<Wire.HelloAck, SessionFailure>) -> Void) {
    guard link.isOpen else { return done(.failure(.lost("there is no session with the board"))) }
    inquiry = done
    link.inquire(at: now)
  }

  /// Asks the board for something.
  func submit(_ request: some BoardRequest) {
    guard link.isOpen else { return request.fail(.lost("there is no session with the board")) }
    pending.append(request)
    unsent.append(request)
    link.isWaitingForAnswers = true
  }

  /// Stops the train that runs and those that wait, and sends no more of them; other requests stand.
  func stop(at now: UInt64) {
    link.sendNow(Wire.Stop(), at: now)
    let trains = unsent.filter { $0 is TrainsRequest }
    unsent.removeAll { $0 is TrainsRequest }
    for request in trains where request.stopSending() { pending.removeAll { $0 === request } }
    link.isWaitingForAnswers = !pending.isEmpty
  }

  /// Sends a message that is not answered in turn.
  func sendNow(_ payload: some WirePayload, at now: UInt64) { link.sendNow(payload, at: now) }

  /// The longest time in which the board must hear of the host.
  func keepAlive(_ interval: UInt64?) { link.heartbeat = interval }

  func receive(_ bytes: [UInt8], at now: UInt64) {
    link.receive(bytes, at: now)
    handleEvents()
  }

  func tick(at now: UInt64) {
    link.tick(at: now)
    handleEvents()
  }

  /// The bytes to be sent: of long requests as much as there is room for, since what is sent later is made for the
  /// line as it is then.
  func takeOutput(at now: UInt64) -> [UInt8] {
    var output = link.takeOutput(at: now)
    while link.hasRoom, let request = unsent.first {
      if request.sendNext(on: &link) { unsent.removeFirst() }
      output += link.takeOutput(at: now)
    }
    return output
  }

  var deadline: UInt64? { link.deadline }

  /// Ends the session; what waits fails.
  func end(_ failure: SessionFailure) {
    link.close()
    let failed = pending
    (pending, unsent) = ([], [])
    for request in failed { request.fail(failure) }
    let waiting = [greeting, inquiry]
    (greeting, inquiry) = (nil, nil)
    for done in waiting { done?(.failure(failure)) }
  }

  private func handleEvents() {
    for event in link.takeEvents() { handle(event) }
    link.isWaitingForAnswers = !pending.isEmpty
  }

  private func handle(_ event: HostLink.Event) {
    switch event {
    case .greeted(let answer):
      let greeting = self.greeting
      self.greeting = nil
      greeting?(.success(answer))
    case .standing(let answer):
      let inquiry = self.inquiry
      self.inquiry = nil
      inquiry?(.success(answer))
    case .message(let message):
      guard let first = pending.first else {
        return end(.confused("an answer that nobody asked for"))
      }
      do {
        // Taken out first: the end of one request may begin another.
        if try first.take(message), let place = pending.firstIndex(where: { $0 === first }) {
          pending.remove(at: place)
        }
      } catch {
        end(error)
      }
    case .status(let status):
      self.status = status
      // What waited was let go; numbers that were sent meanwhile would not fit.
      if status.isArmed == 0, pending.first is TrainsRequest, status.reason != .none {
        end(.disarmed(status.reason))
      }
    case .error(let error): end(.refused(error.reason, number: error.number))
    case .emergency(let state): emergency = state
    case .stale(0): end(.lost("the board has restarted"))
    case .stale:
      isTaken = true
      end(.stale)
    case .silent: end(.silent)
    }
  }
}
