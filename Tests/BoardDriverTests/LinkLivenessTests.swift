import Testing
import WireProtocol

/// Signs of life must not keep a host from finding out that something is missing; in time that the test keeps.
@Suite struct LinkLivenessTests {
  private static let session: UInt16 = 3

  private static func hello(_ nonce: UInt32, session: UInt16 = session) -> Wire.HelloAck {
    Wire.HelloAck(
      nonce: nonce, session: session, leastMinor: 0, mostMinor: Wire.minor, schema: Wire.schema,
      board: [UInt8](repeating: 7, count: 16), epoch: 1, boots: 1, taken: 0, oldestKept: 1, up: 0,
      down: 0, clock: 0, emergencyStop: 0, fault: .none, clearCode: 0, isDry: 0,
      durability: .everyPulse, mostFrame: 512, queueBytes: 4096, patternBytes: 4096, profiles: 4,
      journalSlots: 64, group: 16)
  }

  /// What a board says, as it is on the line.
  private static func bytes(
    _ payload: some WirePayload, session: UInt16 = session, acknowledged: UInt16 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    Frame(
      type: type(of: payload).type, session: session, acknowledged: acknowledged,
      payload: payload.bytes
    ).encode(into: &bytes)
    return bytes
  }

  /// A link in a session, at a time.
  private static func open(at now: UInt64) -> HostLink {
    var link = HostLink()
    link.greet(
      Wire.Hello(nonce: 9, leastMinor: 0, mostMinor: 0, isDry: 0, program: []), at: now)
    _ = link.takeOutput(at: now)
    link.receive(bytes(hello(9)), at: now)
    _ = link.takeEvents()
    return link
  }

  /// The frame is lost twice, and the board answers every sign of life by what it misses: more often than the
  /// time-out passes.
  @Test func aFrameThatIsLostTwiceIsSentAgain() {
    var now: UInt64 = 0
    var link = Self.open(at: now)
    link.heartbeat = 20_000_000
    link.send(Wire.Describe())
    link.isWaitingForAnswers = true
    var decoder = FrameDecoder(mostFrame: 1 << 12)
    var sent = 0
    var gap = Wire.Status(
      tag: 0, isGap: 1, isArmed: 0, reason: .none, creditBytes: 4096, creditPattern: 4096, done: 0,
      clock: 0)
    // Ten seconds, of which one is enough.
    while sent < 3, now < 10_000_000_000 {
      var answers: [UInt8] = []
      decoder.receive(link.takeOutput(at: now)) { frame in
        switch try? Wire.Message(type: frame.type, payload: frame.payload) {
        case .describe: sent += 1
        case .ping(let ping):
          gap.tag = ping.tag
          answers += Self.bytes(gap)
        default: break
        }
      }
      link.receive(answers, at: now)
      now = max(now + 1_000_000, link.deadline ?? now)
      link.tick(at: now)
    }
    #expect(sent == 3)
  }

  /// Only that another session holds takes the board away: the answer to an old frame does not.
  @Test func anOldFramesAnswerEndsNoSession() {
    var link = Self.open(at: 0)
    link.receive(Self.bytes(Wire.Stale(session: Self.session)), at: 1)
    #expect(link.isOpen && link.takeEvents().isEmpty)
    link.receive(Self.bytes(Wire.Stale(session: 4), session: 4), at: 2)
    guard case .stale(session: 4) = link.takeEvents().first else {
      Issue.record("another host has the board, and the link does not say so")
      return
    }
    #expect(!link.isOpen)
  }

  /// A board that restarted takes a repeated HELLO for a new one.
  @Test func anInquiryFindsTheRestart() {
    var link = Self.open(at: 0)
    link.inquire(at: 1)
    link.receive(Self.bytes(Self.hello(9, session: 4), session: 4), at: 2)
    guard case .stale(session: 0) = link.takeEvents().first else {
      Issue.record("the board has restarted, and the link does not say so")
      return
    }
    #expect(!link.isOpen)
  }

  /// A board without dry sessions refuses the HELLO, and is heard.
  @Test func aHelloThatIsRefusedIsNotRepeated() {
    var link = HostLink()
    link.greet(Wire.Hello(nonce: 9, leastMinor: 0, mostMinor: 0, isDry: 1, program: []), at: 0)
    link.receive(
      Self.bytes(
        Wire.Error(reason: .unsupported, type: Wire.Hello.type, number: 0), session: 0), at: 1)
    guard case .error(let error) = link.takeEvents().first else {
      Issue.record("the refusal is not heard")
      return
    }
    #expect(error.reason == .unsupported && !link.isOpen)
  }
}
