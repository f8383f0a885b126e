public import BoardTransport
import DeviceContract

/// A virtual board on a line: a pseudo-terminal, a TCP port, a pipe.
public actor VirtualBoardServer {
  private nonisolated let thread: DeviceThread
  /// The thread that the board runs on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  /// Makes the board, at the start and after each loss of power.
  private let make: @Sendable () throws -> VirtualBoard
  private var board: VirtualBoard?
  private let openLine: @Sendable () throws(TransportError) -> any ByteTransport
  private var line: (any ByteTransport)?
  private let faults: BoardFaults
  private let accidents: Accidents
  private var toBoard: BadLine, toHost: BadLine
  private var outgoing: ArraySlice<UInt8> = []
  /// Boots so far, and how often the line was closed under a host.
  public private(set) var boots = 0, unplugs = 0
  /// How often the line was begun anew, which has its faults begin anew.
  private var lines = 0

  /// A board that does not run yet.
  ///
  /// - Parameters:
  ///   - faults: what line, plug and supply do to the board.
  ///   - make: makes the board; called on its thread, again after each loss of power.
  ///   - open: opens the board's end of the line, on the same thread.
  public init(
    faults: BoardFaults = BoardFaults(), make: @escaping @Sendable () throws -> VirtualBoard,
    open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) throws {
    thread = try DeviceThread(name: "virtual-board")
    self.make = make
    openLine = open
    self.faults = faults
    accidents = Accidents(faults)
    (toBoard, toHost) = Self.lines(faults, 0)
  }

  private static func lines(_ faults: BoardFaults, _ number: Int) -> (BadLine, BadLine) {
    let stream = UInt64(2 * number)
    return (
      BadLine(faults, stream: stream + 1, shifts: false),
      BadLine(faults, stream: stream + 2, shifts: true)
    )
  }

  /// Makes the board and opens its line.
  ///
  /// - Returns: what the line is called: the path of the terminal, the address.
  /// - Throws: ``VirtualBoardError/Code/settings`` also where faults need another line or another board.
  @discardableResult
  public func start() throws -> String {
    let line = try openLine()
    if faults.takesLine, !(line is TCPListener) {
      throw VirtualBoardError(
        .settings, "\(line.name): only a TCP port can be closed under its host and keep its name")
    }
    self.line = line
    try boot()
    if faults.takesPower, board?.memory.isDurable == false {
      throw VirtualBoardError(
        .settings,
        "a board that loses its power needs a crossbar with state=FILE: without it, it forgets all it has fired"
      )
    }
    thread.serve { [weak self] in
      self?.assumeIsolated { $0.service() } ?? DeviceThread.Pause()
    }
    return line.name
  }

  /// Power goes and comes back: all that is not durable is lost.
  public func reboot() throws {
    // The one before lets go of its files first.
    board = nil
    beginLine()
    try boot()
  }

  private func boot() throws {
    let made = try make()
    if faults.takesPower { made.powerFailure = accidents.noteWrite }
    board = made
    boots += 1
  }

  /// Closes the line under its host; the next one may come.
  public func unplug() {
    beginLine()
    unplugs += 1
    (line as? TCPListener)?.disconnect()
  }

  /// Whether the board waits for its power.
  private var isDark = false

  /// What is on its way is lost.
  private func beginLine() {
    outgoing = []
    lines += 1
    (toBoard, toHost) = Self.lines(faults, lines)
  }

  /// Does something with the board, between two of its steps.
  public func with<Result: Sendable>(
    _ body: @Sendable (VirtualBoard) throws -> Result
  ) rethrows -> Result? {
    try board.map { try body($0) }
  }

  /// Takes the board off the line.
  public func stop() {
    thread.serve(nil)
    line?.close()
    (line, board) = (nil, nil)
  }

  /// Steps of the board between two looks at the line: what the host asks for does not wait for long, and what is
  /// sent in vain behind a frame that was lost is little.
  private static let stepsPerLook = 32
  /// Looks at the line before other work on the thread gets its turn.
  private static let looksPerService = 8

  /// Some steps of the board, and what comes of them.
  private func service() -> DeviceThread.Pause {
    if isDark { return restart() }
    var accident: Accidents.Kind?
    let pause = work(until: &accident)
    switch accident {
    case nil: return pause
    case .unplug: unplug()
    case .reboot: return restart()
    }
    return DeviceThread.Pause(until: MonotonicTime.now)
  }

  /// Power comes back, a little later where the files of the board cannot be had yet: a process that was just forked off
  /// this one holds its locks until it begins a program of its own.
  private func restart() -> DeviceThread.Pause {
    isDark = true
    do {
      try reboot()
      isDark = false
    } catch {
      return DeviceThread.Pause(until: MonotonicTime.now + 20_000_000)
    }
    return DeviceThread.Pause(until: MonotonicTime.now)
  }

  /// Some steps of the board, and the bytes that came of them; what befell it ends them.
  private func work(until accident: inout Accidents.Kind?) -> DeviceThread.Pause {
    guard let board, let line else { return DeviceThread.Pause() }
    var now = MonotonicTime.now
    var hasMore = false
    do {
      var looks = 0
      repeat {
        try takeBytes(from: line, to: board, at: now)
        var steps = 0
        repeat {
          hasMore = board.poll()
          steps += 1
          accident = board.isDead ? .reboot : accidents.noteStep()
          if accident != nil { return DeviceThread.Pause() }
        } while hasMore && steps < Self.stepsPerLook
        now = MonotonicTime.now
        // What the line has taken may have made room for more.
        if try passBytes(from: board, to: line, at: now) { hasMore = true }
        looks += 1
      } while hasMore && looks < Self.looksPerService
    } catch {
      // The host is gone for now; the lines here take the next one.
      outgoing = []
      return DeviceThread.Pause(until: now + 2_000_000, line.watches(for: .readable))
    }
    // The board watches its lease also where nothing comes.
    let next = [now + 5_000_000, toBoard.deadline, toHost.deadline].compactMap { $0 }.min() ?? now
    return DeviceThread.Pause(
      until: hasMore ? now : next,
      line.watches(for: outgoing.isEmpty ? .readable : [.readable, .writable]))
  }

  private func takeBytes(
    from line: any ByteTransport, to board: VirtualBoard, at now: UInt64
  ) throws(TransportError) {
    let bytes = try line.read(most: 1 << 12)
    if !bytes.isEmpty { accidents.noteArrival(of: bytes.count) }
    if faults.isLineClean {
      if !bytes.isEmpty { board.receive(bytes) }
    } else {
      toBoard.put(bytes, at: now)
      let arrived = toBoard.take(at: now)
      if !arrived.isEmpty { board.receive(arrived) }
    }
  }

  /// Passes on what the line takes; returns whether a board that had no more room has some now.
  private func passBytes(
    from board: VirtualBoard, to line: any ByteTransport, at now: UInt64
  ) throws(TransportError) -> Bool {
    var sent: [UInt8] = []
    // While the line is busy the board keeps what it has to say.
    if outgoing.isEmpty {
      sent = board.takeOutput()
      if faults.isLineClean {
        outgoing = sent[...]
      } else {
        toHost.put(sent, at: now)
        outgoing = toHost.take(at: now)[...]
      }
    }
    while !outgoing.isEmpty {
      let taken = try line.write(outgoing)
      if taken == 0 { break }
      outgoing = outgoing.dropFirst(taken)
    }
    return sent.count >= VirtualBoard.mostOutput && outgoing.isEmpty
  }
}
