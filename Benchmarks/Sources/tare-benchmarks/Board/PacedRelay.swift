import BoardTransport

/// A line of a fixed speed: a pseudo-terminal for the host, and for the board a pipe that holds little, since a board
/// knows when its line is busy.
///
/// Each direction passes a byte at a time, one byte's time after the one before, as a UART does.
actor PacedRelay {
  /// Bytes on their way in one direction.
  private struct Lane {
    let nanosecondsPerByte: Double
    private var waiting: ArraySlice<UInt8> = []
    /// When the byte before was through.
    private var since = 0.0

    init(_ nanosecondsPerByte: Double) { self.nanosecondsPerByte = nanosecondsPerByte }

    /// Bytes that are taken ahead: no more than a system's buffer holds.
    var room: Int { 4096 - waiting.count }
    var isEmpty: Bool { waiting.isEmpty }
    /// When the next few bytes are through.
    var deadline: UInt64? {
      waiting.isEmpty ? nil : UInt64(since + nanosecondsPerByte * Double(min(16, waiting.count)))
    }

    mutating func put(_ bytes: [UInt8], at now: UInt64) {
      if waiting.isEmpty { since = max(since, Double(now)) }
      waiting += bytes
    }

    /// Hands over what is through by now.
    mutating func pass(
      at now: UInt64, to write: (ArraySlice<UInt8>) throws(TransportError) -> Int
    ) throws(TransportError) {
      let count = min(waiting.count, Int((Double(now) - since) / nanosecondsPerByte))
      guard count > 0 else { return }
      let taken = try write(waiting.prefix(count))
      waiting = waiting.dropFirst(taken)
      since += Double(taken) * nanosecondsPerByte
    }
  }

  private nonisolated let thread: DeviceThread
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
  private let end: PipeEnd
  private var host: PseudoTerminal?
  private var board: PipeTransport?
  private var down: Lane, up: Lane

  init(to end: PipeEnd, bytesPerSecond: Double) throws {
    thread = try DeviceThread(name: "paced-relay")
    self.end = end
    down = Lane(1e9 / bytesPerSecond)
    up = Lane(1e9 / bytesPerSecond)
  }

  /// Opens its ends; returns the path of the host's.
  func start() throws -> String {
    let host = try PseudoTerminal()
    self.host = host
    board = end.open()
    thread.serve { [weak self] in
      self?.assumeIsolated { $0.service() } ?? DeviceThread.Pause()
    }
    return host.path
  }

  func stop() {
    thread.serve(nil)
    host?.close()
    board?.close()
    (host, board) = (nil, nil)
  }

  private func service() -> DeviceThread.Pause {
    guard let host, let board else { return DeviceThread.Pause() }
    let now = MonotonicTime.now
    do {
      if down.room > 0 { down.put(try host.read(most: down.room), at: now) }
      if up.room > 0 { up.put(try board.read(most: up.room), at: now) }
      try down.pass(at: now) { bytes throws(TransportError) in try board.write(bytes) }
      try up.pass(at: now) { bytes throws(TransportError) in try host.write(bytes) }
    } catch {
      return DeviceThread.Pause()
    }
    return DeviceThread.Pause(
      until: [down.deadline, up.deadline].compactMap { $0 }.min(),
      (down.room > 0 ? host.watches(for: .readable) : [])
        + (up.room > 0 ? board.watches(for: .readable) : []))
  }
}
