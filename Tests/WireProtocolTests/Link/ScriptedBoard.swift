import ByteCoding
import Testing

@testable import WireProtocol

/// A link with a session, and the board's side of it by hand: bytes in, bytes out, times given.
struct ScriptedBoard {
  static let session: UInt16 = 7
  private(set) var link = HostLink()
  /// What the host has sent, frame by frame.
  private var decoder = FrameDecoder(mostFrame: 1 << 16)

  init(queueBytes: UInt32 = 1 << 20, at now: UInt64 = 0) throws {
    link.greet(
      Wire.Hello(nonce: 5, leastMinor: 0, mostMinor: Wire.minor, isDry: 0, program: []), at: now)
    _ = link.takeOutput(at: now)
    let answer = Wire.HelloAck(
      nonce: 5, session: Self.session, leastMinor: 0, mostMinor: Wire.minor, schema: Wire.schema,
      board: Array(repeating: 1, count: 16), epoch: 1, boots: 1, taken: 0, oldestKept: 1, up: 0,
      down: 0, clock: 0, emergencyStop: 0, fault: .none, clearCode: 0, isDry: 0,
      durability: .volatile, mostFrame: 8192, queueBytes: queueBytes, patternBytes: 1 << 16,
      profiles: 4, journalSlots: 16, group: 16)
    say(answer, sequence: 0, session: 0, at: now)
    _ = events
    #expect(link.isOpen)
  }

  /// The board sends a frame, which arrives whole.
  mutating func say(
    _ payload: some WirePayload, sequence: UInt16, acknowledged: UInt16 = 0,
    session: UInt16 = Self.session, at now: UInt64
  ) {
    var bytes: [UInt8] = []
    Frame(
      type: type(of: payload).type, session: session, sequence: sequence,
      acknowledged: acknowledged, payload: payload.bytes
    ).encode(into: &bytes)
    link.receive(bytes, at: now)
  }

  /// A STATUS with all the room that a board can have.
  mutating func status(
    tag: UInt32 = 0, isGap: Bool = false, sequence: UInt16 = 0, acknowledged: UInt16,
    at now: UInt64
  ) {
    say(
      Wire.Status(
        tag: tag, isGap: isGap ? 1 : 0, isArmed: 1, reason: .none, creditBytes: 1 << 20,
        creditPattern: 1 << 16, done: 0, clock: 0), sequence: sequence,
      acknowledged: acknowledged, at: now)
  }

  /// An answer with a number, which says which one it is.
  mutating func answer(_ number: UInt16, acknowledged: UInt16 = 0, at now: UInt64) {
    say(
      Wire.NotKept(first: UInt64(number), count: 1), sequence: number, acknowledged: acknowledged,
      at: now)
  }

  /// The host asks for something, as long as the payload is to be.
  mutating func ask(bytes: Int = 30) {
    link.send(Wire.Pattern(offset: 0, data: Array(repeating: 9, count: bytes - 4)))
  }

  /// What the host sends now.
  mutating func sent(at now: UInt64) -> [Frame] {
    var frames: [Frame] = []
    decoder.receive(link.takeOutput(at: now)) { frames.append($0) }
    return frames
  }

  /// The host asks how the board stands.
  mutating func inquire(at now: UInt64) { link.inquire(at: now) }

  /// Time passes on the host.
  mutating func tick(at now: UInt64) { link.tick(at: now) }

  var isWaitingForAnswers: Bool {
    get { link.isWaitingForAnswers }
    set { link.isWaitingForAnswers = newValue }
  }

  /// What the link has told since this was asked last.
  var events: [HostLink.Event] { mutating get { link.takeEvents() } }

  /// The numbers that the answers among the events carry.
  var answers: [UInt64] {
    mutating get {
      events.compactMap { event -> UInt64? in
        if case .message(.notKept(let answer)) = event { answer.first } else { nil }
      }
    }
  }
}

extension [Frame] {
  /// The PINGs among them.
  var pings: [Wire.Ping] {
    compactMap { frame in
      if case .ping(let ping) = try? Wire.Message(type: frame.type, payload: frame.payload) {
        ping
      } else {
        nil
      }
    }
  }

  /// The numbers of the numbered ones.
  var numbers: [UInt16] { filter { $0.type == Wire.Pattern.type }.map(\.sequence) }
}
