import BoardTransport
import DeviceContract
import WireProtocol

// Sessions with the board, and what is asked of it in them.
extension BoardConnection {
  /// A session with the board: the one that holds, or a new one.
  ///
  /// - Throws: ``DeviceError/Code/linkLost`` where the board cannot be reached, ``DeviceError/Code/faulted``
  ///   where another one answers; nothing was fired for it.
  func ensureSession() async throws(DeviceError) {
    if session.isOpen { return }
    _ = try await greet()
  }

  /// Begins a session, whatever holds.
  @discardableResult
  func greet() async throws(DeviceError) -> Wire.HelloAck {
    guard !session.isTaken else {
      throw DeviceError(
        code: .busy,
        explanation:
          "\(name): another program has opened the board since; nothing was fired. One program "
          + "at a time may have it: end the other one, and begin again")
    }
    // A board that was waited for in vain is looked for once more, and not for as long again by each of those
    // who ask.
    let deadline = MonotonicTime.now + (isGone ? 0 : settings.patience)
    while true {
      do {
        let answer = try await greetOnce()
        isGone = false
        return answer
      } catch {
        // A board that restarts, or a cable that is put back in, is there after a while.
        guard [.linkLost, .notFound, .permissionDenied].contains(error.code), first != nil,
          MonotonicTime.now < deadline
        else {
          isGone = true
          throw error
        }
        try? await Task.sleep(nanoseconds: 100_000_000)
      }
    }
  }

  private func greetOnce() async throws(DeviceError) -> Wire.HelloAck {
    try openLine()
    (isArmed, isForming, profiles, envelope) = (false, false, [], 0)
    let foreign = session.link.statistics.foreign
    let hello = Wire.Hello(
      nonce: UInt32.random(in: 1...UInt32.max, using: &random), leastMinor: 0,
      mostMinor: Wire.minor, isDry: settings.isDry ? 1 : 0,
      program: Array(settings.program.utf8.prefix(64)))
    let answer = await withCheckedContinuation { continuation in
      session.greet(hello, at: MonotonicTime.now) { continuation.resume(returning: $0) }
    }
    switch answer {
    case .success(let answer):
      try check(answer)
      (self.hello, taken) = (answer, answer.taken)
      sessions += 1
      if let wanted { try await limit(wanted) }
      return answer
    case .failure(.refused(.unsupported, _)) where settings.isDry: throw .noDrySessions(name)
    case .failure(let failure):
      let isForeign = session.link.statistics.foreign > foreign
      drop()
      throw DeviceError(
        code: failure == .stale ? .busy : isForeign ? .refused : .linkLost,
        explanation: isForeign
          ? "\(name): what answers speaks another version of the protocol than \(Wire.major), which "
            + "this program speaks; nothing was fired. Use a program and a firmware of one version"
          : "\(name): \(failure.explanation); nothing was fired. Is it a board that speaks the "
            + "Tare protocol, with power, at this port and speed?")
    }
  }

  func openLine(_ consequence: String = "nothing was fired") throws(DeviceError) {
    guard line == nil else { return }
    do {
      line = try open()
    } catch {
      throw DeviceError(error, consequence)
    }
  }

  /// How the board stands, in the session that holds or in a new one.
  func standing() async throws(DeviceError) -> Wire.HelloAck {
    guard session.isOpen else { return try await greet() }
    let answer = await withCheckedContinuation { continuation in
      session.inquire(at: MonotonicTime.now) { continuation.resume(returning: $0) }
      wake()
    }
    switch answer {
    case .success(let answer):
      (hello, taken) = (answer, answer.taken)
      return answer
    case .failure(let failure):
      guard failure.isBreak else { throw DeviceError(failure, name, fired: 0...0) }
      return try await greet()
    }
  }

  private func check(_ answer: Wire.HelloAck) throws(DeviceError) {
    guard answer.leastMinor <= Wire.minor else {
      session.end(.stale)
      throw .refused(
        "\(name): the board speaks version \(Wire.major).\(answer.leastMinor) of the protocol and later, this "
          + "program \(Wire.major).\(Wire.minor); nothing was fired. Use a newer program")
    }
    if let first, first.board != answer.board || first.epoch != answer.epoch && !settings.isDry {
      session.end(.stale)
      drop()
      throw DeviceError(
        code: .faulted,
        explanation: first.board != answer.board
          ? "\(name): another board answers now than at the start; nothing was fired on it. Put the first "
            + "one back, or begin anew with this one"
          : "\(name): the board has lost its memory: its numbers and counts start anew; nothing more was "
            + "fired. `tare ledger reconcile` says where it stands, `tare ledger adopt` takes it over"
      )
    }
    if first == nil { first = answer }
  }

  /// Asks for something that has one value for an answer.
  func ask<Value: Sendable>(
    _ make: (@escaping (Result<Value, SessionFailure>) -> Void) -> ValueRequest<Value>
  ) async -> Result<Value, SessionFailure> {
    await withCheckedContinuation { continuation in
      session.submit(make { continuation.resume(returning: $0) })
      wake()
    }
  }

  /// The same; what fails costs no pulse.
  ///
  /// - Parameter tries: how often it is asked for where the link breaks; for what a new session does not spoil.
  func get<Value: Sendable>(
    _ what: String, tries: Int = 1,
    _ make: (@escaping (Result<Value, SessionFailure>) -> Void) -> ValueRequest<Value>
  ) async throws(DeviceError) -> Value {
    try await getCounted(what, tries: tries, make).value
  }

  /// The same, with how often it was asked for before in vain: the board may have done it as often.
  func getCounted<Value: Sendable>(
    _ what: String, tries: Int,
    _ make: (@escaping (Result<Value, SessionFailure>) -> Void) -> ValueRequest<Value>
  ) async throws(DeviceError) -> (value: Value, repeats: Int) {
    var left = tries
    while true {
      try await ensureSession()
      switch await ask(make) {
      case .success(let value): return (value, tries - left)
      case .failure(let failure):
        left -= 1
        guard left > 0, failure.isBreak else {
          throw DeviceError(failure, "\(name): \(what)", fired: 0...0)
        }
      }
    }
  }
}
