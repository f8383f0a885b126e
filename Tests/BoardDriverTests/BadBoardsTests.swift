import BoardDriver
import BoardTransport
import ByteCoding
import DeviceContract
import ReproducibleNoise
import SimulatedCrossbar
import Synchronization
import Testing
import VirtualBoard
import WireProtocol

/// What answers is no board, another one than before, or one that does not keep to the protocol.
@Suite struct BadBoardsTests {
  enum Stranger: String, CaseIterable, Sendable { case silent, echo, modem, noise, oldAnswers }

  static func board(seed: UInt64 = 1) throws -> VirtualBoard {
    var settings = try BoardBench.settings(rows: 3, columns: 5, tiles: 1)
    settings.seed = seed
    return try VirtualBoard(try Crossbar(settings))
  }

  static func line(
    _ record: ScriptedLine.Record = .init(), seed: UInt64 = 1,
    change: @escaping @Sendable (Frame) -> [UInt8]?
  ) -> @Sendable () throws(TransportError) -> any ByteTransport {
    { () throws(TransportError) in
      guard let board = try? board(seed: seed) else {
        throw TransportError(.notFound, "script", "the board cannot be made")
      }
      return try ScriptedLine(record, board: board, change: change)
    }
  }

  /// Changes the answer to HELLO.
  static func changingHello(
    _ record: ScriptedLine.Record = .init(),
    _ change: @escaping @Sendable (inout Wire.HelloAck) -> Void
  ) -> @Sendable () throws(TransportError) -> any ByteTransport {
    line(record) { frame in
      guard case .helloAck(var hello)? = try? Wire.Message(type: frame.type, payload: frame.payload)
      else { return frame.encoded }
      change(&hello)
      return frame.carrying(hello).encoded
    }
  }

  /// The frame as a board of the next major version would send it.
  static func ofNextMajor(_ frame: Frame) -> [UInt8]? {
    guard var decoded = COBS.decode(frame.encoded.dropLast()) else { return nil }
    decoded[0] = (Wire.major + 1) << 4
    var writer = ByteWriter(reserving: decoded.count)
    writer.append(raw: decoded.dropLast(4))
    writer.append(CRC32C.checksum(writer.bytes))
    var bytes: [UInt8] = []
    COBS.encode(writer.bytes, into: &bytes)
    return bytes + [0]
  }

  @Test(arguments: Stranger.allCases)
  func whatSpeaksOtherwiseIsGreetedAndNoMore(stranger: Stranger) async throws {
    let record = ScriptedLine.Record()
    let open: @Sendable () throws(TransportError) -> any ByteTransport
    switch stranger {
    case .oldAnswers: open = Self.changingHello(record) { $0.nonce &+= 1 }
    default:
      open = { () throws(TransportError) in
        var random = RandomStream(seed: 5, stream: 0)
        return try ScriptedLine(record) { bytes in
          switch stranger {
          case .echo: bytes
          case .modem: Array("\r\nERROR\r\n".utf8)
          case .noise: (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
          default: []
          }
        }
      }
    }
    let error = await #expect(throws: DeviceError.self) {
      _ = try await BoardDevice.connect("stranger", program: "tests", open: open)
    }
    #expect(error?.code == .linkLost && error?.fired == 0...0)
    #expect(error?.explanation.contains("Is it a board that speaks the Tare protocol") == true)
    #expect(record.types == [Wire.Hello.type])
  }

  @Test func anotherMajorVersionIsNamed() async throws {
    let record = ScriptedLine.Record()
    let open = Self.line(record, change: Self.ofNextMajor)
    let error = await #expect(throws: DeviceError.self) {
      _ = try await BoardDevice.connect("newer", program: "tests", open: open)
    }
    #expect(error?.code == .refused)
    #expect(error?.explanation.contains("another version of the protocol") == true)
    #expect(record.types == [Wire.Hello.type])
  }

  @Test func aNewerMinorVersionIsRefused() async throws {
    let record = ScriptedLine.Record()
    let open = Self.changingHello(record) {
      ($0.leastMinor, $0.mostMinor) = (Wire.minor + 1, Wire.minor + 3)
    }
    let error = await #expect(throws: DeviceError.self) {
      _ = try await BoardDevice.connect("newer", program: "tests", open: open)
    }
    #expect(error?.code == .refused)
    #expect(error?.explanation.contains("Use a newer program") == true)
    #expect(record.types == [Wire.Hello.type])
  }

  @Test func otherLayoutsMayBeReadAndNotArmed() async throws {
    let record = ScriptedLine.Record()
    let open = Self.changingHello(record) { $0.schema ^= 1 }
    let device = try await BoardDevice.connect("other", program: "tests", open: open)
    let whole = device.capabilities.whole(tile: Tile(0))
    #expect(try await device.read(ReadRequest(region: whole)).weights.count == 15)
    let error = await #expect(throws: DeviceError.self) {
      _ = try await device.apply(Self.train(for: device))
    }
    #expect(error?.code == .refused && error?.fired == 0...0)
    #expect(error?.explanation.contains("other layouts") == true)
    #expect(record.types.isDisjoint(with: [Wire.Arm.type, Wire.Trains.type, Wire.Cells.type]))
    await device.close()
  }

  @Test func aBoardWithoutDrySessionsSaysSo() async throws {
    let open: @Sendable () throws(TransportError) -> any ByteTransport = {
      () throws(TransportError) in
      var decoder = FrameDecoder(mostFrame: 1 << 16)
      return try ScriptedLine { bytes in
        var answers: [UInt8] = []
        decoder.receive(bytes) { frame in
          let error = Wire.Error(reason: .unsupported, type: frame.type, number: 0)
          answers +=
            Frame(
              type: Wire.Error.type, session: 0, sequence: 0, acknowledged: 0, payload: error.bytes
            ).encoded
        }
        return answers
      }
    }
    let error = await #expect(throws: DeviceError.self) {
      _ = try await BoardDevice.connect("wet", program: "tests", isDry: true, open: open)
    }
    #expect(error?.code == .refused)
    #expect(error?.explanation.contains("no dry sessions") == true)
  }

  enum Exchange: String, CaseIterable, Sendable { case anotherBoard, lostMemory }

  /// The line breaks under a train, and what comes back is not what was there.
  @Test(arguments: Exchange.allCases)
  func whatWasExchangedIsNotPulsed(exchange: Exchange) async throws {
    let (first, second) = (ScriptedLine.Record(), ScriptedLine.Record())
    let opened = Mutex(0)
    let device = try await BoardDevice.connect("exchanged", program: "tests") {
      () throws(TransportError) in
      let isFirst = opened.withLock { count in
        count += 1
        return count == 1
      }
      let seed: UInt64 = exchange == .anotherBoard && !isFirst ? 2 : 1
      guard isFirst else { return try Self.line(second, seed: seed) { $0.encoded }() }
      return try Self.breakingLine(first, seed: seed)
    }
    let train = Self.train(for: device)
    let broken = await #expect(throws: DeviceError.self) { _ = try await device.apply(train) }
    #expect(broken?.fired == 0...7, "\(broken?.explanation ?? "")")
    let error = await #expect(throws: DeviceError.self) { _ = try await device.apply(train) }
    #expect(error?.code == .faulted && error?.fired == 0...0)
    let words = exchange == .anotherBoard ? "another board answers" : "has lost its memory"
    #expect(error?.explanation.contains(words) == true, "\(error?.explanation ?? "")")
    #expect(first.types.contains(Wire.Cells.type))
    #expect(second.types == [Wire.Hello.type])
    await device.close()
  }

  /// A line that breaks once the board has had a train.
  static func breakingLine(
    _ record: ScriptedLine.Record, seed: UInt64
  ) throws(TransportError) -> any ByteTransport {
    guard let board = try? board(seed: seed) else {
      throw TransportError(.notFound, "script", "the board cannot be made")
    }
    var decoder = FrameDecoder(mostFrame: 1 << 16)
    return try ScriptedLine(record) { (bytes) throws(TransportError) in
      var isOver = false
      decoder.receive(bytes) { isOver = isOver || $0.type == Wire.Cells.type }
      board.receive(bytes)
      while board.poll() {}
      if isOver { throw TransportError(.lost, "script", "the line broke") }
      return board.takeOutput()
    }
  }

  /// What waits for a slow line does not keep the emergency stop waiting.
  @Test func theEmergencyStopPassesWhatWaits() async throws {
    let record = ScriptedLine.Record()
    let device = try await BoardDevice.connect(
      "slow", program: "tests", open: Self.line(record) { $0.encoded })
    let train = Self.train(for: device)
    _ = try await device.apply(train)
    let sent = record.order.count
    // The line takes the beginning of a frame and no more.
    record.room.withLock { $0 = 11 }
    let batch = Task { await device.apply(Array(repeating: train, count: 2_000), from: 2) }
    let deadline = MonotonicTime.now + 5_000_000_000
    while record.room.withLock({ $0 }) > 0, MonotonicTime.now < deadline {
      try await Task.sleep(for: .milliseconds(2))
    }
    let stop = Task { try await device.emergencyStop() }
    try await Task.sleep(for: .milliseconds(50))
    record.room.withLock { $0 = Int.max }
    try await stop.value
    #expect(record.order.dropFirst(sent).first == Wire.EmergencyStop.type)
    let results = await batch.value
    #expect(results.allSatisfy { if case .success = $0 { false } else { true } })
    #expect(try await device.odometer(of: train.region).up == [7])
    await device.close()
  }

  /// A board that says nothing from its first outcome on, until the host has given it up and greets it again.
  @Test func anAnswerThatComesTooLateIsNoSecondTrain() async throws {
    enum Phase { case speaks, isMute, speaksAgain }
    let phase = Mutex(Phase.speaks)
    let device = try await BoardDevice.connect(
      "late", program: "tests",
      open: Self.line { frame in
        phase.withLock { phase in
          if phase == .speaks, [Wire.Fired.type, Wire.Outcome.type].contains(frame.type) {
            phase = .isMute
          } else if phase == .isMute, frame.type == Wire.HelloAck.type {
            phase = .speaksAgain
          }
          return phase == .isMute ? nil : frame.encoded
        }
      })
    let train = Self.train(for: device)
    let receipt = try await device.apply(train)
    #expect(phase.withLock { $0 } == .speaksAgain)
    #expect(receipt.fired == PulseTotals(up: 7, down: 0) && receipt.uncertain == 0)
    #expect(try await device.apply(train).odometer == PulseTotals(up: 14, down: 0))
    let counts = try await device.odometer(of: train.region)
    #expect(counts.up == [14] && counts.down == [0])
    await device.close()
  }

  /// One board behind every line that is opened to it.
  private final class Lasting: @unchecked Sendable {
    // Used on the thread of the connection alone.
    let board: VirtualBoard
    var breaks: Int
    var lines = 0
    init(breaks: Int) throws { (board, self.breaks) = (try BadBoardsTests.board(), breaks) }

    /// Breaks, as often as it is to, when the third frame with a train comes, which is lost.
    func open() throws(TransportError) -> any ByteTransport {
      lines += 1
      var decoder = FrameDecoder(mostFrame: 1 << 16)
      return try ScriptedLine { [self] (bytes) throws(TransportError) in
        var (passed, trains): ([UInt8], Int) = ([], 0)
        decoder.receive(bytes) { frame in
          trains += frame.type == Wire.Trains.type ? 1 : 0
          if trains < 3 || breaks == 0 { passed += frame.encoded }
        }
        board.receive(passed)
        while board.poll() {}
        guard trains < 3 || breaks == 0 else {
          breaks -= 1
          throw TransportError(.lost, "script", "the line broke")
        }
        return board.takeOutput()
      }
    }
  }

  /// What never reached the board is sent again under its numbers, as often as that may help.
  @Test(arguments: [0, 1, 4, 5]) func trainsThatNeverArrivedAreSentAgain(breaks: Int) async throws {
    let lasting = try Lasting(breaks: breaks)
    let device = try await BoardDevice.connect("breaking", program: "tests") {
      () throws(TransportError) in try lasting.open()
    }
    let whole = device.capabilities.whole(tile: Tile(0))
    var train = Self.train(for: device)
    train.region = whole
    train.pattern = .uniform(.down, count: 3)
    let results = await device.apply(Array(repeating: train, count: 12), from: 1)
    // Two trains pass at each attempt that breaks.
    let fired = breaks > 4 ? 10 : 12
    let received = results.prefix(fired).compactMap { try? $0.get() }
    #expect(received.count == fired && received.allSatisfy { $0.fired == train.totals })
    if breaks > 4 {
      #expect(results.count == fired + 1)
      let error = #expect(throws: DeviceError.self) { try results[fired].get() }
      #expect(error?.code == .linkLost && error?.fired == 0...0)
    } else {
      #expect(results.count == fired)
      #expect(received.last?.odometer == PulseTotals(up: 0, down: 3 * whole.count * fired))
    }
    let counts = try await device.odometer(of: whole)
    #expect(counts.down.allSatisfy { $0 == UInt32(3 * fired) })
    #expect(try await device.history().last == UInt64(fired))
    await device.close()
  }

  static func train(for device: BoardDevice) -> PulseTrain {
    PulseTrain(
      region: .cell(row: 1, column: 2), pattern: .uniform(.up, count: 7),
      shape: device.capabilities.nominalShape, scheme: .halfVoltage, cause: .manual)
  }
}
