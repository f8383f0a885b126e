import BoardTransport
import DeviceContract
import WireProtocol

/// Greets what is on a line, on a thread that may wait.
actor BoardGreeter {
  private let name: String
  private let program: String
  private nonisolated let thread: DeviceThread
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var link = HostLink()
  private var outgoing: ArraySlice<UInt8> = []
  private var hello: Wire.HelloAck?
  /// Whether anything has come over the line at all.
  private var hasHeard = false

  init(name: String, program: String) throws(TransportError) {
    (self.name, self.program) = (name, program)
    thread = try DeviceThread(name: "tare-greeting")
  }

  /// Opens the line, asks, and closes it.
  func ask(
    within milliseconds: Int,
    open: @Sendable () throws(TransportError) -> any ByteTransport
  ) throws(DeviceError) -> BoardGreeting {
    let line: any ByteTransport
    do throws(TransportError) { line = try open() } catch { throw DeviceError(error) }
    defer { line.close() }
    let deadline = MonotonicTime.after(milliseconds: milliseconds)
    link.greet(
      Wire.Hello(
        nonce: UInt32.random(in: 1...UInt32.max), leastMinor: 0, mostMinor: Wire.minor, isDry: 0,
        program: Array(program.utf8.prefix(64))), at: MonotonicTime.now)
    while MonotonicTime.now < deadline {
      do throws(TransportError) {
        try move(line, until: deadline)
      } catch {
        throw DeviceError(error)
      }
      for event in link.takeEvents() {
        if let greeting = try take(event) { return greeting }
      }
    }
    throw silence(milliseconds)
  }

  /// Moves bytes both ways, and waits for something to happen.
  private func move(
    _ line: any ByteTransport, until deadline: UInt64
  ) throws(TransportError) {
    outgoing += link.takeOutput(at: MonotonicTime.now)
    if !outgoing.isEmpty { outgoing = outgoing.dropFirst(try line.write(outgoing)) }
    _ = try line.wait(
      for: outgoing.isEmpty ? .readable : [.readable, .writable],
      until: min(deadline, link.deadline ?? deadline))
    let bytes = try line.read(most: 1 << 16)
    hasHeard = hasHeard || !bytes.isEmpty
    let now = MonotonicTime.now
    link.receive(bytes, at: now)
    link.tick(at: now)
  }

  /// What follows from what the link tells; the greeting, once it is whole.
  private func take(_ event: HostLink.Event) throws(DeviceError) -> BoardGreeting? {
    switch event {
    case .greeted(let answer):
      guard answer.leastMinor <= Wire.minor else {
        throw .refused(
          "\(name): the board speaks version \(Wire.major).\(answer.leastMinor) of the protocol and later, this "
            + "program \(Wire.major).\(Wire.minor); nothing was sent beyond HELLO. Use a newer program"
        )
      }
      hello = answer
      link.send(Wire.Describe())
      link.isWaitingForAnswers = true
    case .message(.capabilities(let capabilities)):
      return hello.map { BoardGreeting($0, capabilities) }
    case .message:
      throw .refused("\(name): the board does not keep to the protocol; nothing was fired")
    case .error(let error):
      throw .refused("\(name): the board refuses: \(error.reason.words); nothing was fired")
    case .stale:
      throw DeviceError(
        code: .busy, explanation: "\(name): another program has opened the board since")
    case .silent, .standing, .status, .emergency: break
    }
    return nil
  }

  private func silence(_ milliseconds: Int) -> DeviceError {
    if hello != nil {
      return DeviceError(
        code: .timedOut,
        explanation: "\(name): a board that greets, and does not describe itself; nothing was fired"
      )
    }
    if link.statistics.foreign > 0 {
      return .refused(
        "\(name): what answers speaks another version of the protocol than \(Wire.major), which this program speaks; "
          + "nothing was sent beyond HELLO. Use a program and a firmware of one version")
    }
    if hasHeard {
      return .refused(
        "\(name): what answers is no Tare board, or one at another speed; nothing was sent beyond HELLO"
      )
    }
    return DeviceError(
      code: .linkLost, explanation: "\(name): nothing answers within \(milliseconds) ms")
  }
}
