import ByteCoding

/// The host's end of the link: bytes and times go in, bytes and events come out, and nothing waits.
///
/// Numbered messages arrive once and in order on both sides, whatever the line drops, flips or repeats;
/// Firmware-protocol/SPECIFICATION.md, section 4, has the rules. Times are nanoseconds of any clock that does
/// not step back.
public struct HostLink: Sendable {
  /// What the link has to tell.
  public enum Event: Sendable {
    /// A session has begun.
    case greeted(Wire.HelloAck)
    /// How the board stands in the session that holds.
    case standing(Wire.HelloAck)
    /// A numbered message, each once and in order.
    case message(Wire.Message)
    /// How the board stands.
    case status(Wire.Status)
    /// The board cannot obey a frame.
    case error(Wire.Error)
    /// The emergency stop was asked for, cleared, or looked at.
    case emergency(Wire.EmergencyState)
    /// Another host has the board, or with session 0: it has restarted, and no session holds.
    case stale(session: UInt16)
    /// Nothing valid has come for long; the link gives up.
    case silent
  }

  /// What the line was like.
  public struct Statistics: Sendable, Hashable {
    /// Valid frames in each direction.
    public var sent = 0, received = 0
    /// Frames sent again.
    public var repeated = 0
    /// Times that nothing came in time.
    public var timeouts = 0
    /// Frames that came damaged, or of other versions.
    public var damaged = 0, foreign = 0
    /// The last measured round trip in nanoseconds.
    public var roundTrip: UInt64 = 0
  }

  private enum State: Sendable {
    case closed
    case greeting(Wire.Hello)
    case open
  }

  /// Time-outs in a row after which the link gives up, in a session and before it.
  static let mostTimeouts = 10, mostGreetings = 16
  /// How long nothing must have come before it gives up a session: short time-outs are soon ten.
  static let leastSilence: UInt64 = 4_000_000_000
  /// How long a HELLO is waited for: nothing is known of the line yet.
  static let greetingTimeout: UInt64 = 200_000_000
  /// How long an answer may be unacknowledged.
  static let acknowledgeWithin: UInt64 = 5_000_000
  /// The longest time after which a board that answers, but has nothing new to tell, is asked again.
  private static let longestPause: UInt64 = 100_000_000

  private var state = State.closed
  /// The HELLO of the session, for as long as it was sent again and not answered.
  private var inquiry: Wire.Hello?
  private var greeted: Wire.Hello?
  private var session: UInt16 = 0
  private var decoder = FrameDecoder(mostFrame: 1 << 16)
  private var window = SendWindow()
  private var timer = RoundTripTimer()
  private var output: [UInt8] = []
  private var events: [Event] = []

  /// The number of the next answer.
  private var expected: UInt16 = 0
  /// Answers after ``expected`` that have arrived already; they wait for those before them.
  private var early: [UInt16: Wire.Message?] = [:]
  /// The number of the answer that the board puts on the line next, by the last frame that came.
  private var position: UInt16 = 0
  /// Bytes of answers that the board has not been told of, and since when.
  private var unacknowledged = 0
  private var unacknowledgedSince: UInt64 = 0
  /// How many there may be: the largest frame, of which the board keeps room for four at least.
  private var mostUnacknowledged = 0

  /// The PING on its way.
  private var ping: (tag: UInt32, sent: UInt64, next: UInt16)?
  private var lastTag: UInt32 = 0
  /// When PING or HELLO must be sent again, or something is missing.
  private var alarm: UInt64?
  private var timeoutsInARow = 0
  /// Answers to PING in a row that told nothing new.
  private var idleAnswers = 0
  /// When something valid last came.
  private var lastHeard: UInt64 = 0
  /// When the board was last told that the host is there.
  private var lastSent: UInt64 = 0
  /// Whether something is expected of the board although nothing is on its way.
  public var isWaitingForAnswers = false
  /// The longest time without a frame to the board, or nil where it need not hear of the host.
  public var heartbeat: UInt64?
  /// What the line was like.
  public private(set) var statistics = Statistics()

  /// A link that is closed.
  public init() {}

  /// Whether a session holds.
  public var isOpen: Bool { if case .open = state { true } else { false } }

  /// Whether frames wait or are on their way.
  public var isIdle: Bool { window.isEmpty }

  /// Whether another numbered message would leave at once: whoever has many to send sends the next one then.
  public var hasRoom: Bool { isOpen && window.hasRoom }

  /// The payload that a message of many parts should have, from how often frames are lost.
  public var bestPayload: Int { window.meter.frameBytes - Wire.frameOverhead - 2 }

  // MARK: What the host does

  /// Begins a session; ends any other.
  public mutating func greet(_ hello: Wire.Hello, at now: UInt64) {
    state = .greeting(hello)
    (session, ping, timeoutsInARow, inquiry) = (0, nil, 0, nil)
    window.reset()
    forgetAnswers()
    timer = RoundTripTimer()
    // Whatever the line holds ends here.
    output.append(0)
    greet(at: now)
  }

  private mutating func forgetAnswers() {
    (expected, position, unacknowledged, idleAnswers) = (0, 0, 0, 0)
    early.removeAll()
  }

  private mutating func greet(at now: UInt64) {
    guard case .greeting(let hello) = state else { return }
    put(hello, at: now)
    alarm = now + Self.greetingTimeout
  }

  /// Asks how the board stands: a HELLO that is repeated changes nothing.
  ///
  /// - Precondition: a session holds.
  public mutating func inquire(at now: UInt64) {
    inquiry = greeted
    guard let inquiry else { return }
    put(inquiry, session: 0, at: now)
    alarm = now + timer.timeout
  }

  /// Queues a numbered message.
  ///
  /// - Parameter patternBytes: what it takes of the board's pattern memory.
  /// - Precondition: a session holds, and the message is a numbered one.
  public mutating func send(_ payload: some WirePayload, patternBytes: Int = 0) {
    precondition(isOpen && type(of: payload).isSequenced, "a numbered message in a session")
    window.add(
      SendWindow.Entry(
        type: type(of: payload).type, payload: payload.bytes, patternBytes: patternBytes))
  }

  /// Sends a message that has no number at once.
  public mutating func sendNow(_ payload: some WirePayload, at now: UInt64) {
    precondition(!type(of: payload).isSequenced, "a message without a number")
    put(payload, at: now)
  }

  /// Ends the session on this side.
  public mutating func close() {
    state = .closed
    (alarm, heartbeat, ping) = (nil, nil, nil)
    isWaitingForAnswers = false
    window.reset()
  }

  /// The bytes to be sent, which are then gone from here.
  public mutating func takeOutput(at now: UInt64) -> [UInt8] {
    pump(at: now)
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// What has happened, in order; then gone from here.
  public mutating func takeEvents() -> [Event] {
    defer { events.removeAll(keepingCapacity: true) }
    return events
  }

  /// When ``tick(at:)`` must be called, or nil where only bytes can change anything.
  public var deadline: UInt64? {
    var times: [UInt64] = []
    if let alarm { times.append(alarm) }
    if isOpen {
      if let heartbeat { times.append(lastSent + heartbeat) }
      if unacknowledged > 0 { times.append(unacknowledgedSince + Self.acknowledgeWithin) }
    }
    return times.min()
  }

  /// Does what is due.
  public mutating func tick(at now: UInt64) {
    if let alarm, now >= alarm { expire(at: now) }
    guard isOpen else { return }
    if unacknowledged > 0, now >= unacknowledgedSince + Self.acknowledgeWithin {
      put(Wire.Ping(isGap: 0, tag: 0), at: now)
    }
    if let heartbeat, now >= lastSent + heartbeat { put(Wire.Ping(isGap: 0, tag: 0), at: now) }
  }

  private mutating func expire(at now: UInt64) {
    statistics.timeouts += 1
    timeoutsInARow += 1
    timer.expire()
    ping = nil
    let isSilent =
      isOpen
      ? timeoutsInARow >= Self.mostTimeouts && now >= lastHeard + Self.leastSilence
      : timeoutsInARow >= Self.mostGreetings
    guard !isSilent else {
      close()
      events.append(.silent)
      return
    }
    switch state {
    case .greeting: greet(at: now)
    case .open:
      if inquiry != nil { inquire(at: now) } else { ask(at: now) }
    case .closed: alarm = nil
    }
  }

  /// Asks the board where it stands: all that was sent before has arrived by then, or is lost.
  private mutating func ask(at now: UInt64) {
    lastTag = lastTag == .max ? 1 : lastTag + 1
    ping = (lastTag, now, window.next)
    let question = Wire.Ping(isGap: isGap ? 1 : 0, tag: lastTag)
    put(question, at: now)
    // Where so much is lost one of them may be lost as well; a second does no harm.
    if isGap || window.meter.isBad { put(question, at: now) }
    alarm = now + timer.timeout
  }

  /// Whether answers are missing before others that have arrived, or were on the line.
  private var isGap: Bool { position != expected && isLater(position) }

  private func isLater(_ number: UInt16) -> Bool { number &- expected < 1 << 15 }

  /// Sends what there is room for.
  private mutating func pump(at now: UInt64) {
    guard isOpen else { return }
    while let (number, entry) = window.take() {
      put(type: entry.type, sequence: number, payload: entry.payload, at: now)
    }
    if ping == nil, window.meter.isBad, window.inFlight > 0 {
      // A board tells of a gap once: where frames are often lost, it is asked after each burst of them.
      ask(at: now)
    }
    if alarm == nil, inquiry != nil {
      // A STATUS that came meanwhile answered something else.
      alarm = now + timer.timeout
    }
    if alarm == nil, ping == nil, window.inFlight > 0 || window.waiting > 0 || isWaitingForAnswers {
      // Frames that wait for room need a STATUS as well. A board that is busy is asked ever more seldom.
      let pause = timer.timeout << UInt64(min(idleAnswers, 16))
      alarm = now + min(pause, max(timer.timeout, Self.longestPause))
    }
    if unacknowledged > mostUnacknowledged { put(Wire.Ping(isGap: 0, tag: 0), at: now) }
  }

  private mutating func put(
    _ payload: some WirePayload, session: UInt16? = nil, at now: UInt64
  ) {
    put(
      type: type(of: payload).type, session: session, sequence: window.next,
      payload: payload.bytes, at: now)
  }

  private mutating func put(
    type: UInt8, session: UInt16? = nil, sequence: UInt16, payload: [UInt8], at now: UInt64
  ) {
    Frame(
      type: type, session: session ?? self.session, sequence: sequence, acknowledged: expected,
      payload: payload
    ).encode(into: &output)
    statistics.sent += 1
    lastSent = now
    unacknowledged = 0
  }

  // MARK: What the board says

  /// Takes bytes that came over the line.
  public mutating func receive(_ bytes: [UInt8], at now: UInt64) {
    var frames: [Frame] = []
    decoder.receive(bytes) { frames.append($0) }
    statistics.damaged = decoder.faults.damaged
    statistics.foreign = decoder.faults.foreign
    for frame in frames { receive(frame, at: now) }
  }

  private mutating func receive(_ frame: Frame, at now: UInt64) {
    let message: Wire.Message?
    do {
      message = try Wire.Message(type: frame.type, payload: frame.payload)
    } catch {
      // A later minor version may have added to it, but nothing that is negotiated today has.
      statistics.foreign += 1
      return
    }
    switch message {
    case .helloAck(let answer): welcome(answer, at: now)
    case .emergencyState(let state):
      heard(at: now)
      events.append(.emergency(state))
    case .stale(let stale):
      // Where this session holds it was an old frame, or an echo of one, that came late.
      guard isOpen, stale.session != session else { return }
      close()
      events.append(.stale(session: stale.session))
    case .error(let error):
      if case .greeting = state, error.type == Wire.Hello.type {
        close()
        events.append(.error(error))
        return
      }
      guard isOpen, frame.session == session else { return }
      heard(at: now)
      acknowledge(frame)
      events.append(.error(error))
    case .status(let status):
      guard isOpen, frame.session == session else { return }
      heard(at: now)
      take(status, frame, at: now)
    case nil:
      // An answer of a later version is passed over, but it has its number.
      if frame.type >= 0x80, isOpen, frame.session == session { take(frame, nil, at: now) }
    case .some(let message):
      guard frame.type >= 0x80, isOpen, frame.session == session else { return }
      take(frame, message, at: now)
    }
  }

  private mutating func heard(at now: UInt64) {
    statistics.received += 1
    (timeoutsInARow, lastHeard) = (0, now)
  }

  /// Something that was waited for has come.
  ///
  /// What only shows that the board is there does not put the alarm off: a board that is asked for signs of life
  /// more often than the alarm goes off would hold it off for ever.
  private mutating func gotOn() {
    idleAnswers = 0
    if ping == nil && inquiry == nil { alarm = nil }
  }

  private mutating func welcome(_ answer: Wire.HelloAck, at now: UInt64) {
    if case .open = state, inquiry?.nonce == answer.nonce {
      inquiry = nil
      guard answer.session == session else {
        // It has restarted: what was to change nothing has begun a session.
        close()
        events.append(.stale(session: 0))
        return
      }
      heard(at: now)
      gotOn()
      events.append(.standing(answer))
      return
    }
    guard case .greeting(let hello) = state, answer.nonce == hello.nonce else { return }
    heard(at: now)
    (state, session, alarm, greeted) = (.open, answer.session, nil, hello)
    window.reset()
    window.allow(bytes: Int(answer.queueBytes), pattern: Int(answer.patternBytes))
    forgetAnswers()
    mostUnacknowledged = Int(answer.mostFrame)
    events.append(.greeted(answer))
  }

  private mutating func acknowledge(_ frame: Frame) {
    let before = window.acknowledged
    if !window.acknowledge(frame.acknowledged) { statistics.foreign += 1 }
    if window.acknowledged != before { gotOn() }
  }

  private mutating func take(_ status: Wire.Status, _ frame: Frame, at now: UInt64) {
    acknowledge(frame)
    window.allow(bytes: Int(status.creditBytes), pattern: Int(status.creditPattern))
    var isLost = false
    if let ping, ping.tag == status.tag {
      statistics.roundTrip = now - ping.sent
      timer.measure(now - ping.sent)
      // What left before the PING has arrived by now, or never will.
      isLost = window.acknowledged != ping.next && window.acknowledged &- ping.next > 1 << 15
      (self.ping, alarm) = (nil, nil)
      idleAnswers += 1
    }
    if isLost || status.isGap != 0 { goBack(isSure: isLost) }
    follow(frame.sequence, at: now)
    position = frame.sequence
    events.append(.status(status))
  }

  private mutating func goBack(isSure: Bool) {
    guard let count = window.goBack(isSure: isSure) else { return }
    statistics.repeated += count
    // A PING that is on its way says nothing of what is sent again behind it.
    ping?.next = window.acknowledged
  }

  /// Takes a numbered answer, and those that waited for it.
  private mutating func take(_ frame: Frame, _ message: Wire.Message?, at now: UInt64) {
    heard(at: now)
    acknowledge(frame)
    follow(frame.sequence, at: now)
    position = frame.sequence &+ 1
    if unacknowledged == 0 { unacknowledgedSince = now }
    // One that has come twice counts as well: the board does not know yet that it came.
    unacknowledged += frame.payload.count + Wire.frameOverhead
    guard isLater(frame.sequence) else { return }
    guard frame.sequence == expected else {
      if early.count < 1 << 14 { early.updateValue(message, forKey: frame.sequence) }
      return
    }
    deliver(message)
    guard !early.isEmpty else { return }
    while let next = early.removeValue(forKey: expected) { deliver(next) }
    // The board need not send these again.
    put(Wire.Ping(isGap: 0, tag: 0), at: now)
  }

  private mutating func deliver(_ message: Wire.Message?) {
    expected &+= 1
    gotOn()
    if let message { events.append(.message(message)) }
  }

  /// Compares the number of an answer with the one that was due on the line, since nothing overtakes there; asks
  /// the board to send again from ``expected`` on whenever that answer was lost, for the first time or again.
  private mutating func follow(_ number: UInt16, at now: UInt64) {
    guard number != expected, isLater(number) else { return }
    let wasDue = !isLater(position) || position == expected
    let wentBack = number &- position >= 1 << 15
    guard wasDue || wentBack else { return }
    position = number
    ask(at: now)
  }
}

extension WirePayload {
  /// The fields as they lie on the wire.
  public var bytes: [UInt8] {
    var writer = ByteWriter(reserving: 64)
    write(to: &writer)
    return writer.bytes
  }
}
