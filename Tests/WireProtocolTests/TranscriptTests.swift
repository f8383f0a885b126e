import ByteCoding
import Testing

@testable import WireProtocol

/// The core of this package, and the host's decoder, against transcripts.json.
@Suite struct TranscriptTests {
  struct File: Decodable {
    var transcripts: [Transcript]
  }

  struct Transcript: Decodable, CustomTestStringConvertible, Sendable {
    struct Step: Decodable, Sendable {
      var `do`: String
      var bytes, message, out: String?
      var to: UInt64?
      var call, after: Int?
      var off: Bool?
      var pulses: [VectorValue]?
      var answers: [Answer]?
    }
    struct Answer: Decodable, Sendable {
      var message: String
      var fields: VectorValue
    }
    var name: String
    var memory: [VectorValue]
    var digest: String
    var steps: [Step]

    var testDescription: String { name }
  }

  static let transcripts: [Transcript] =
    (try? Vectors.read("transcripts.json", as: File.self).transcripts) ?? []

  @Test func thereAreTranscripts() { #expect(Self.transcripts.count >= 20) }

  @Test(arguments: transcripts)
  func aTranscriptIsAnsweredAsItSays(transcript: Transcript) throws {
    let board = TranscriptBoard()
    for run in transcript.memory {
      guard case .list(let run) = run, case .number(let place)? = run.first,
        case .text(let hex)? = run.last
      else { throw TestFailure("memory is written as places and bytes") }
      let bytes = try Vectors.bytes(hex)
      board.memory.replaceSubrange(Int(place)..<Int(place) + bytes.count, with: bytes)
    }
    for (number, step) in transcript.steps.enumerated() {
      try play(step, on: board, place: "\(transcript.name), step \(number)")
    }
    #expect(CRC32C.checksum(board.memory) == UInt32(transcript.digest, radix: 16))
    #expect(board.pulsesWhileOff == 0)
  }

  private func play(_ step: Transcript.Step, on board: TranscriptBoard, place: String) throws {
    switch step.do {
    case "start": board.start()
    case "stop": board.press()
    case "clock": board.clock = try #require(step.to)
    case "cut-pulse":
      (board.cutPulse, board.cutCount) = (try #require(step.call), try #require(step.after))
    case "cut-write":
      (board.cutWrite, board.cutCount) = (try #require(step.call), try #require(step.after))
    case "in":
      let bytes = try Vectors.bytes(try #require(step.bytes))
      // What a host is said to send is what this host would understand.
      if let name = step.message {
        let messages = messages(in: bytes)
        #expect(messages.count == 1 && messages.allSatisfy { $0.name == plain(name) }, "\(place)")
      }
      board.receive(bytes)
    case "run":
      let (sent, pulses) = board.run()
      #expect(sent == (try Vectors.bytes(step.out ?? "")), "\(place)")
      #expect(pulses.map(value(of:)) == step.pulses ?? [], "\(place)")
      #expect(board.hasPower == !(step.off ?? false), "\(place)")
      expect(sent, toSay: step.answers ?? [], place: place)
    default: throw TestFailure("\(place): \(step.do) is no step")
    }
  }

  /// What the host reads is what the transcript says; a STATUS may come besides.
  private func expect(_ sent: [UInt8], toSay answers: [Transcript.Answer], place: String) {
    var left = answers[...]
    for (name, fields) in messages(in: sent) {
      if let answer = left.first, name == plain(answer.message),
        answer.fields.isValue(of: fields, inPart: true)
      {
        left.removeFirst()
      } else {
        #expect(name == "status", "\(place): \(fields)")
      }
    }
    #expect(left.isEmpty, "\(place)")
  }

  private func messages(in bytes: [UInt8]) -> [(name: String, fields: Any)] {
    var decoder = FrameDecoder(mostFrame: Wire.leastFrame)
    var messages: [(name: String, fields: Any)] = []
    decoder.receive(bytes) { frame in
      let message = try? Wire.Message(type: frame.type, payload: frame.payload)
      // An enumeration's case is the one field of its mirror.
      let child = message.flatMap { Mirror(reflecting: $0).children.first }
      messages.append((child?.label?.lowercased() ?? "none", child?.value ?? frame))
    }
    return messages
  }

  /// A message's name as a case of an enumeration has it, in small letters.
  private func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }

  private func value(of pulses: TranscriptBoard.Pulses) -> VectorValue {
    func list(_ numbers: [Int]) -> VectorValue { .list(numbers.map { .number(UInt64($0)) }) }
    return .list([
      .number(UInt64(pulses.tile)), list(pulses.rows), list(pulses.columns),
      .text(pulses.isUp ? "up" : "down"), .number(UInt64(pulses.count)),
    ])
  }

  struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }
}
