import BoardDriver
import DeviceContract
import PulseLedger
import ReproducibleNoise
import SimulatedCrossbar
import Testing
import WireProtocol

@testable import VirtualBoard

/// What is no host fires nothing, however long it talks: counted at the crossbar.
@Suite struct GarbageTests {
  static let seed: UInt64 = 20_264

  /// What an old session's host had sent, with trains in it; its board; and its crossbar's counts.
  private static func session(_ lab: CrashLab) async throws -> [UInt8] {
    let host = try await lab.connect()
    _ = try await host.road.apply([
      host.train(.uniform(.up, count: 3)), host.train(.alternating(pairs: 4)),
      host.train(.counts((0..<20).map { Int16($0 - 10) })),
    ])
    try await host.leave()
    return host.rule.sent
  }

  /// Puts bytes on the line of a board, and lets it do all that follows from them.
  private static func feed(_ bytes: [UInt8], to lab: CrashLab) async {
    _ = await lab.server.with { board in
      var rest = bytes[...]
      while !rest.isEmpty {
        board.receive(Array(rest.prefix(97)))
        rest = rest.dropFirst(97)
        var steps = 0
        while board.poll(), steps < 1_000 { steps += 1 }
        _ = board.takeOutput()
      }
    }
  }

  private static func expectNothing(
    _ what: String, _ lab: CrashLab, usesNumbers: Bool = false, body: () async throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try await lab.physics()
    try await body()
    #expect(try await lab.physics() == before, "\(what)", sourceLocation: sourceLocation)
    // And the board still agrees with its ledger.
    if !usesNumbers { try await lab.expectBalance(nil, what, sourceLocation: sourceLocation) }
  }

  @Test func modemProbesAndLoginsFireNothing() async throws {
    let lab = try await CrashLab()
    let probes = [
      "AT\r", "ATZ\r", "AT+GCAP\r", "ATE1 E0\r", "+++", "AT+CGMI\r\n", "root\r\n", "~\0~\0",
    ]
    try await Self.expectNothing("modem probes", lab) {
      for _ in 0..<50 {
        for probe in probes { await Self.feed(Array(probe.utf8), to: lab) }
      }
    }
  }

  /// The bytes of a session with trains as a UART at another rate sees them: bits sampled at wrong times.
  @Test(arguments: [0.25, 0.5, 0.98, 1.03, 2, 4])
  func aWrongBaudRateFiresNothing(rate: Double) async throws {
    let lab = try await CrashLab()
    let sent = try await Self.session(lab)
    var levels: [Bool] = []
    for byte in sent {
      levels.append(false)
      for bit in 0..<8 { levels.append(byte >> UInt8(bit) & 1 == 1) }
      levels.append(true)
    }
    var received: [UInt8] = []
    var place = 0.0
    func level(_ at: Double) -> Bool { Int(at) < levels.count ? levels[Int(at)] : true }
    while Int(place) < levels.count {
      if level(place) {
        place += 0.25
        continue
      }
      var byte: UInt8 = 0
      for bit in 0..<8 {
        let middle = place + (1.5 + Double(bit)) * rate
        if level(middle) { byte |= UInt8(1) << UInt8(bit) }
      }
      received.append(byte)
      place += 9.75 * rate
    }
    try await Self.expectNothing("\(rate) times the rate", lab) {
      await Self.feed(received, to: lab)
    }
  }

  @Test func randomBytesFireNothing() async throws {
    print("GarbageTests.random: seed \(Self.seed)")
    let lab = try await CrashLab()
    var random = RandomStream(seed: Self.seed, stream: 1)
    try await Self.expectNothing("random bytes", lab) {
      for round in 0..<100 {
        // Many zeros as well, so that there are frames of all lengths.
        await Self.feed(
          (0..<1_000).map { _ in
            random.integer(below: round + 2) == 0 ? 0 : UInt8(random.integer(below: 256))
          }, to: lab)
      }
    }
  }

  /// All that an old session's host had sent comes again: at once, in parts, after a restart, and with its
  /// HELLO left out, so that its frames meet the session of another host.
  @Test func theBytesOfAnOldSessionFireNothing() async throws {
    print("GarbageTests.replay: seed \(Self.seed)")
    let lab = try await CrashLab()
    let sent = try await Self.session(lab)
    let frames = sent.split(separator: 0).map { Array($0) + [0] }
    #expect(frames.count > 10)
    try await Self.expectNothing("a replay", lab) { await Self.feed(sent, to: lab) }
    try await Self.expectNothing("frame by frame, twice, in any order", lab) {
      var random = RandomStream(seed: Self.seed, stream: 2)
      for _ in 0..<20 {
        await Self.feed(frames.shuffled(using: &random).flatMap { $0 + $0 }, to: lab)
      }
    }
    try await lab.server.reboot()
    try await Self.expectNothing("a replay after a restart", lab) {
      await Self.feed(sent, to: lab)
    }
    // With a host that is armed, whose own trains come right behind.
    let host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 1)))
    let before = try await lab.physics().totals
    host.rule.once(.toBoard, [Wire.Trains.type]) {
      let withoutHello = frames.filter {
        (try? Frame(decoding: $0.dropLast()))?.type != Wire.Hello.type
      }
      return .comesBehind(withoutHello.flatMap { $0 })
    }
    let receipt = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    #expect(receipt.fired.up == 40)
    #expect(try await lab.physics().totals == before + receipt.fired)
    try await host.leave()
    try await lab.expectBalance()
  }

  /// Frames that are well made and sent without arming, or under numbers and envelopes of nobody.
  @Test func wellMadeFramesWithoutArmingFireNothing() async throws {
    let lab = try await CrashLab()
    let sent = try await Self.session(lab)
    let messages = sent.split(separator: 0).compactMap { try? Frame(decoding: $0) }
    // A board that is not armed rejects trains, and their numbers are used up.
    try await Self.expectNothing("frames without ARM", lab, usesNumbers: true) {
      let session = await lab.server.with { board -> UInt16 in
        var hello: [UInt8] = [0]
        Frame(
          type: Wire.Hello.type,
          payload: Wire.Hello(nonce: 5, leastMinor: 0, mostMinor: 0, isDry: 0, program: []).bytes
        ).encode(into: &hello)
        board.receive(hello)
        while board.poll() {}
        let answers = board.takeOutput().split(separator: 0).compactMap {
          try? Frame(decoding: $0)
        }
        return answers.compactMap { frame in
          if case .helloAck(let answer)? = try? Wire.Message(
            type: frame.type, payload: frame.payload)
          {
            answer.session
          } else {
            nil
          }
        }.last ?? 0
      }
      #expect(session ?? 0 != 0)
      var bytes: [UInt8] = []
      var sequence: UInt16 = 0
      for var frame in messages
      where (0x20..<0x80).contains(frame.type) && frame.type != Wire.Arm.type {
        (frame.session, frame.sequence) = (session ?? 0, sequence)
        sequence += 1
        if frame.type == Wire.Trains.type {
          // The number that the board waits for.
          frame.payload[0] = 4
        }
        frame.encode(into: &bytes)
      }
      await Self.feed(bytes, to: lab)
      let taken = try await lab.device().history().last
      #expect(taken > 3, "no train was taken, so that nothing was tried")
    }
  }
}
