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

  let open: @Sendable () throws(TransportError) -> any ByteTransport
  var line: (any ByteTransport)?
  var outgoing: ArraySlice<UInt8> = []
  let session = BoardSession()
  /// The board as it greeted first: it must be the same one ever after.
  var first: Wire.HelloAck?
  /// The board as it greeted last.
  var hello: Wire.HelloAck?
  /// Sessions so far: what was set in one is forgotten in the next.
  var sessions = 0
  /// Whether the board was not found again when it was last looked for.
  var isGone = false
  var random = SystemRandomNumberGenerator()

  /// Numbers and shapes of the profiles that are set in this session, the one used last at the end.
  var profiles: [(shape: PulseShape, number: UInt8)] = []
  var envelope: UInt16 = 0
  var wanted: Wire.SetEnvelope?
  var isArmed = false
  var isForming = false

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
  func lose(_ error: TransportError) {
    session.end(.lost(error.description))
    drop()
  }

  func drop() {
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

  func flush(_ now: UInt64) throws(TransportError) {
    outgoing += session.takeOutput(at: now)
    while !outgoing.isEmpty, let line {
      let taken = try line.write(outgoing)
      if taken == 0 { break }
      outgoing = outgoing.dropFirst(taken)
    }
  }

  /// Sends what a request has put into the link; also without it the thread would, a moment later.
  func wake() {
    lastCall = MonotonicTime.now
    keepAlive()
    guard line != nil else { return }
    do { try flush(MonotonicTime.now) } catch { lose(error) }
  }

  /// When something was last asked of the board.
  private var lastCall: UInt64 = 0

  /// Renews the lease, for as long as this host has trains for the board.
  func keepAlive() {
    session.keepAlive(isArmed ? UInt64(settings.lease) * 1_000_000 / 4 : nil)
  }

  /// Lets the lease run out where nobody has asked for anything for long.
  private func watchIdleness(_ now: UInt64) {
    guard isArmed, session.isIdle, now > lastCall + settings.idle else { return }
    isArmed = false
    keepAlive()
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
  var taken: UInt64?

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
