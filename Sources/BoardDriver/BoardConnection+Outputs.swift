import BoardTransport
import DeviceContract
import WireProtocol

// What lets pulses pass, and what keeps them from passing.
extension BoardConnection {
  /// Limits for this session and those after it.
  func limit(_ limits: Wire.SetEnvelope) async throws(DeviceError) {
    wanted = limits
    let answer: Wire.Envelope = try await get("its limits") { ValueRequest(limits, done: $0) }
    envelope = answer.envelope
    isArmed = false
  }

  /// Outputs may be driven from here on, as long as the board hears of this host.
  func arm() async throws(DeviceError) {
    try await ensureSession()
    let isDisarmed =
      session.emergency?.isLatched ?? 0 != 0
      || session.status.map { $0.isArmed == 0 && $0.reason != .none } ?? false
    guard !isArmed || isDisarmed else { return }
    guard hello.map({ $0.mostMinor != Wire.minor || $0.schema == Wire.schema }) ?? false else {
      throw .refused(
        "\(name): the firmware was built from other layouts of version \(Wire.major).\(Wire.minor) than "
          + "this program, so it may be read and not armed; nothing was fired. Build both from one release"
      )
    }
    let arm = Wire.Arm(
      envelope: envelope, lease: settings.lease, forForming: isForming ? 1 : 0)
    let answer: Wire.Armed = try await get("arming") { ValueRequest(arm, done: $0) }
    guard answer.isArmed != 0 else {
      throw DeviceError(
        code: answer.reason == .emergencyStop || answer.reason == .memory ? .faulted : .refused,
        explanation: "\(name): the board does not arm: \(answer.reason.words); nothing was fired")
    }
    isArmed = true
    keepAlive()
  }

  /// Lets amplitudes for forming pass, until outputs are turned off.
  func armForming() async throws(DeviceError) {
    (isForming, isArmed) = (true, false)
    try await arm()
  }

  /// Turns outputs off, in the middle of a train as well.
  func park() async {
    guard session.isOpen else { return }
    (isArmed, isForming) = (false, false)
    session.stop(at: MonotonicTime.now)
    let _: Result<Wire.Armed, SessionFailure> = await ask { ValueRequest(nil, done: $0) }
  }

  /// Turns outputs off and latches that, past everything that waits, in a session or without one.
  func emergencyStop() async throws(DeviceError) {
    try openLine(Self.notStopped)
    // What waits for a transfer cannot be overtaken, so a way that is confirmed comes first.
    if let line, line.isStopConfirmed, (try? line.stopBeside()) == true { return }
    if let state = await emergencyState(after: Wire.EmergencyStop()), state.isLatched != 0 {
      return
    }
    guard let line else {
      throw DeviceError(
        code: .linkLost, explanation: "\(name): the connection is lost; \(Self.notStopped)")
    }
    // A board that is confused by what it received still sees a break.
    do throws(TransportError) {
      if try line.stopBeside() { return }
    } catch {
      throw DeviceError(
        code: .timedOut,
        explanation:
          "\(name): the board does not confirm the emergency stop, and there is no other "
          + "way to it (\(error.description)); \(Self.notStopped)")
    }
    throw DeviceError(
      code: .timedOut,
      explanation:
        "\(name): the board does not confirm the emergency stop; a line break was sent as "
        + "well. See that its outputs are off, or take its power")
  }

  /// What a stop that did not come through means.
  private static let notStopped =
    "the board was not stopped, and its outputs may be on. Take its power if this cannot be mended at once"

  /// Ends the latch of the emergency stop.
  func clearEmergencyStop() async throws(DeviceError) {
    let code = try await greet().clearCode
    guard let state = await emergencyState(after: Wire.EmergencyClear(clearCode: code)) else {
      throw DeviceError(
        code: .timedOut,
        explanation:
          "\(name): the board does not confirm that the emergency stop is cleared; nothing "
          + "was fired")
    }
    guard state.isLatched == 0 else {
      throw DeviceError(
        code: .faulted,
        explanation:
          "\(name): the emergency stop stays latched: something holds it, such as the button "
          + "on the board; nothing was fired")
    }
  }

  /// What the board says of its emergency stop after a message, which is sent until it does.
  private func emergencyState(after message: some WirePayload) async -> Wire.EmergencyState? {
    session.emergency = nil
    // Ahead of all that waits for the line, which the link sends again; a frame that had left in part ends here.
    _ = session.takeOutput(at: MonotonicTime.now)
    outgoing = [0]
    let end = MonotonicTime.now + 1_000_000_000
    while session.emergency == nil, line != nil, MonotonicTime.now < end {
      session.sendNow(message, at: MonotonicTime.now)
      wake()
      let next = MonotonicTime.now + 100_000_000
      while session.emergency == nil, MonotonicTime.now < next {
        try? await Task.sleep(nanoseconds: 1_000_000)
      }
    }
    return session.emergency
  }
}
