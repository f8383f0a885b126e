import BoardTransport
import DeviceContract
import WireProtocol

/// The connection to one board, on a thread of its own: bytes, sessions, requests.
///
/// It opens the line when something is asked of the board, and again after it broke, if the same board answers
/// there.
actor BoardConnection {
  /// How a connection behaves.
  struct Settings: Sendable {
    /// Time for which a board that was lost is looked for, in nanoseconds.
    var patience: UInt64 = 5_000_000_000
    /// Time without a word of the host after which the board disarms, in milliseconds.
    var lease: UInt32 = 1_000
    /// Time without a call after which the board is no longer told that the host is there, in nanoseconds.
    var idle: UInt64 = 30_000_000_000
    /// Whether the session fires nothing.
    var isDry = false
    /// Name and version of the program.
    var program = "tare"
  }

  nonisolated let name: String
  nonisolated let settings: Settings
  private nonisolated let thread: DeviceThread
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let open: @Sendable () throws(TransportError) -> any ByteTransport
  private var line: (any ByteTransport)?
  private var outgoing: ArraySlice<UInt8> = []
  private let session = BoardSession()
  /// The board as it greeted first: it must be the same one ever after.
  private var first: Wire.HelloAck?
  /// The board as it greeted last.
  private(set) var hello: Wire.HelloAck?
  /// Sessions so far: what was set in one is forgotten in the next.
  private(set) var sessions = 0
  /// Whether the board was not found again when it was last looked for.
  private var isGone = false
  private var random = SystemRandomNumberGenerator()

  /// Numbers and shapes of the profiles that are set in this session, the one used last at the end.
  private var profiles: [(shape: PulseShape, number: UInt8)] = []
  private(set) var envelope: UInt16 = 0
  private var wanted: Wire.SetEnvelope?
  private var isArmed = false
  private var isForming = false

  private init(
    _ name: String, _ settings: Settings,
    open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) throws(TransportError) {
    self.name = name
    self.settings = settings
    self.open = open
    thread = try DeviceThread(name: "tare-board")
  }

  /// A connection at work on its thread; the line is not opened yet.
  static func begin(
    _ name: String, _ settings: Settings,
    open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) async throws(DeviceError) -> BoardConnection {
    let connection: BoardConnection
    do {
      connection = try BoardConnection(name, settings, open: open)
    } catch {
      throw DeviceError(error)
    }
    await connection.serve()
    return connection
  }

  /// Takes part in the work of the thread.
  private func serve() {
    thread.serve { [weak self] in
      self?.assumeIsolated { $0.service() } ?? .init()
    }
  }

  /// Closes the line; the board's lease turns its outputs off.
  func end() {
    session.end(.lost("the connection was closed"))
    drop()
  }

  /// The line broke: nothing that was to go over it may reach the board any more.
  private func lose(_ error: TransportError) {
    session.end(.lost(error.description))
    drop()
  }

  private func drop() {
    line?.close()
    line = nil
    outgoing = []
    (isArmed, isForming, profiles, envelope) = (false, false, [], 0)
  }

  // MARK: Bytes

  /// Moves what can be moved now, and says what to wait for.
  private func service() -> DeviceThread.Pause {
    guard let line else { return DeviceThread.Pause() }
    let now = MonotonicTime.now
    do {
      while true {
        let bytes = try line.read(most: 1 << 16)
        if bytes.isEmpty { break }
        session.receive(bytes, at: now)
        if bytes.count < 1 << 16 { break }
      }
      session.tick(at: now)
      watchIdleness(now)
      try flush(now)
    } catch {
      lose(error)
      return DeviceThread.Pause()
    }
    return DeviceThread.Pause(
      until: session.deadline,
      line.watches(for: outgoing.isEmpty ? .readable : [.readable, .writable]))
  }

  private func flush(_ now: UInt64) throws(TransportError) {
    outgoing += session.takeOutput(at: now)
    while !outgoing.isEmpty, let line {
      let taken = try line.write(outgoing)
      if taken == 0 { break }
      outgoing = outgoing.dropFirst(taken)
    }
  }

  // MARK: Sessions

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

  private func openLine() throws(DeviceError) {
    guard line == nil else { return }
    do {
      line = try open()
    } catch {
      throw DeviceError(error)
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

  // MARK: Requests

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
    var left = tries
    while true {
      try await ensureSession()
      switch await ask(make) {
      case .success(let value): return value
      case .failure(let failure):
        left -= 1
        guard left > 0, failure.isBreak else {
          throw DeviceError(failure, "\(name): \(what)", fired: 0...0)
        }
      }
    }
  }

  /// Sends what a request has put into the link; also without it the thread would, a moment later.
  private func wake() {
    lastCall = MonotonicTime.now
    keepAlive()
    guard line != nil else { return }
    do { try flush(MonotonicTime.now) } catch { lose(error) }
  }

  /// When something was last asked of the board.
  private var lastCall: UInt64 = 0

  /// Renews the lease, for as long as this host has trains for the board.
  private func keepAlive() {
    session.keepAlive(isArmed ? UInt64(settings.lease) * 1_000_000 / 4 : nil)
  }

  /// Lets the lease run out where nobody has asked for anything for long.
  private func watchIdleness(_ now: UInt64) {
    guard isArmed, session.isIdle, now > lastCall + settings.idle else { return }
    isArmed = false
    keepAlive()
  }

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
    try openLine()
    if let state = await emergencyState(after: Wire.EmergencyStop()), state.isLatched != 0 {
      return
    }
    // A board that is confused by what it received still sees a break.
    do throws(TransportError) {
      try line?.sendBreak()
    } catch {
      throw DeviceError(
        code: .timedOut,
        explanation:
          "\(name): the board does not confirm the emergency stop, and there is no other "
          + "way to it (\(error.description)); take its power")
    }
    throw DeviceError(
      code: .timedOut,
      explanation:
        "\(name): the board does not confirm the emergency stop; a line break was sent as "
        + "well. See that its outputs are off, or take its power")
  }

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

  /// The number under which a pulse is set, which it is now if it was not.
  func profile(of shape: PulseShape) async throws(DeviceError) -> UInt8 {
    try await ensureSession()
    if let last = profiles.last, last.shape == shape { return last.number }
    if let place = profiles.firstIndex(where: { $0.shape == shape }) {
      let entry = profiles.remove(at: place)
      profiles.append(entry)
      return entry.number
    }
    let most = Int(hello?.profiles ?? 1)
    let number = profiles.count < most ? UInt8(profiles.count) : profiles.removeFirst().number
    let asked = try shape.wire(profile: number)
    let answer: Wire.ProfileSet = try await get("its pulse") { ValueRequest(asked, done: $0) }
    let isSame =
      (answer.amplitude, answer.width, answer.rise, answer.fall, answer.period, answer.compliance)
      == (asked.amplitude, asked.width, asked.rise, asked.fall, asked.period, asked.compliance)
    guard isSame else {
      throw .refused(
        "\(name): the board would fire \(answer.amplitude) uV for \(answer.width) ps where "
          + "\(asked.amplitude) uV for \(asked.width) ps were asked for, which its capabilities allow; "
          + "nothing was fired")
    }
    profiles.append((shape, number))
    return number
  }

  /// Fires trains; a cancel stops the one that runs.
  ///
  /// - Returns: what is known of them, and why it is not all.
  func fire(
    _ entries: [TrainsRequest.Entry], from number: UInt64
  ) async -> (results: [TrainsRequest.Result], failure: SessionFailure?) {
    guard session.isOpen, let hello else { return ([], .lost("there is no session")) }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        session.submit(
          TrainsRequest(
            entries, first: number, envelope: envelope, mostFrame: Int(hello.mostFrame)
          ) { request, failure in
            continuation.resume(returning: (request.results, failure))
          })
        wake()
      }
    } onCancel: {
      Task { await self.stop() }
    }
  }

  private func stop() {
    guard session.isOpen else { return }
    session.stop(at: MonotonicTime.now)
    wake()
  }

  // MARK: Turns and numbers

  private var turns = Turns()

  /// One call at a time reaches the board, in the order in which they came.
  func takeTurn() async {
    guard !turns.takeIfFree() else { return }
    await withCheckedContinuation { turns.queue($0) }
  }

  func giveTurn() { turns.give() }

  /// The last number that the board has taken, where that is known for sure.
  private var taken: UInt64?

  func note(taken number: UInt64?) { taken = number }

  /// The number that the board expects next.
  func nextNumber() async throws(DeviceError) -> UInt64 {
    try await ensureSession()
    if let taken { return taken + 1 }
    return try await standing().taken + 1
  }

  private var lastRequest: UInt32 = 0

  /// A number for a request that is answered in parts.
  func nextRequest() -> UInt32 {
    lastRequest = lastRequest == .max ? 1 : lastRequest + 1
    return lastRequest
  }

  /// What the line has been like.
  var statistics: HostLink.Statistics { session.link.statistics }
}
