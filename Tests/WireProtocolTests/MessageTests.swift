import ByteCoding
import Testing

@testable import WireProtocol

extension Wire.Message {
  /// The payload as it lies on the wire.
  var bytes: [UInt8] {
    var writer = ByteWriter()
    write(to: &writer)
    return writer.bytes
  }
}

@Suite struct MessageTests {
  /// Messages of every shape: fixed fields, texts, bytes, lists, enumerations.
  static let messages: [Wire.Message] = [
    .hello(
      Wire.Hello(
        nonce: .max, leastMinor: 0, mostMinor: 3, isDry: 1, program: Array("tare 1".utf8))),
    .ping(Wire.Ping(isGap: 1, tag: 7)), .stop(Wire.Stop()),
    .pattern(Wire.Pattern(offset: 4, data: [1, 0, 3])),
    .cells(
      Wire.Cells(
        first: 1 << 40, notAfter: 0, envelope: 2, isChained: 1, profile: 3, scheme: .floating,
        tile: 4,
        cells: [
          Wire.CellPulses(row: 1, column: 2, count: -3, digest: 4),
          Wire.CellPulses(row: 65535, column: 0, count: .min, digest: .max),
        ])),
    .outcome(
      Wire.Outcome(
        first: 9, up: 1, down: 2, clock: 3,
        outcomes: [
          Wire.TrainOutcome(
            status: .uncertain, reason: .power, digest: 1, steps: 2, uncertainSteps: 3, up: 4,
            down: 5, uncertain: 6, duration: 7, energy: Wire.unknownEnergy)
        ])),
  ]

  @Test(arguments: messages)
  func aMessageSurvivesItsBytes(message: Wire.Message) throws {
    let payload = message.bytes
    #expect(try Wire.Message(type: message.type, payload: payload) == message)
    // One byte less or more is another message, or none.
    var longer = payload + [0]
    if case .pattern = message { longer = [] }
    #expect(throws: ByteError.self) {
      _ = try Wire.Message(type: message.type, payload: longer)
    }
    if !payload.isEmpty, case .pattern = message {
    } else if !payload.isEmpty {
      #expect(throws: ByteError.self) {
        _ = try Wire.Message(type: message.type, payload: Array(payload.dropLast()))
      }
    }
  }

  @Test func unknownTypesAndValuesAreTold() throws {
    #expect(try Wire.Message(type: 0x7F, payload: []) == nil)
    // A scheme that is none.
    var bytes = Self.messages[4].bytes
    bytes[20] = 99
    #expect(throws: ByteError.self) { _ = try Wire.Message(type: Wire.Cells.type, payload: bytes) }
  }

  /// Random payloads of every type are refused or read, and what is read is written as it was.
  @Test func randomPayloadsNeverStopTheProgram() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let type = UInt8.random(in: 0...255, using: &random)
      let payload = (0..<Int.random(in: 0...80, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      guard let message = try? Wire.Message(type: type, payload: payload) else { continue }
      #expect(message.bytes == payload)
    }
  }
}
