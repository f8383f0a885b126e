import BoardTransport
import Synchronization
import VirtualBoard
import WireProtocol

/// A line whose other end is a function: what the host writes goes in, what it will read comes out.
final class ScriptedLine: ByteTransport {
  /// What the host has written, over all lines of a test.
  final class Record: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }

    /// The types of the frames, each once.
    var types: Set<UInt8> { Set(order) }

    /// The types of the frames as they came.
    var order: [UInt8] {
      var types: [UInt8] = []
      var decoder = FrameDecoder(mostFrame: 1 << 16)
      decoder.receive(bytes.withLock { $0 }) { types.append($0.type) }
      return types
    }

    /// How many bytes the line takes before it is full.
    let room = Mutex(Int.max)
  }

  let name = "script"
  private let ends: (host: PipeTransport, board: PipeTransport)
  private let record: Record
  private let answer: ([UInt8]) throws(TransportError) -> [UInt8]

  init(
    _ record: Record = Record(), answer: @escaping ([UInt8]) throws(TransportError) -> [UInt8]
  ) throws(TransportError) {
    ends = try PipeTransport.pair()
    (self.record, self.answer) = (record, answer)
  }

  /// A virtual board of which the frames are looked at on their way to the host.
  ///
  /// - Parameter change: the frame that arrives instead, or nil for none.
  convenience init(
    _ record: Record = Record(), board: VirtualBoard, change: @escaping (Frame) -> [UInt8]?
  ) throws(TransportError) {
    var decoder = FrameDecoder(mostFrame: 1 << 16)
    try self.init(record) { (bytes) throws(TransportError) in
      board.receive(bytes)
      while board.poll() {}
      var answers: [UInt8] = []
      decoder.receive(board.takeOutput()) { answers += change($0) ?? [] }
      return answers
    }
  }

  func read(most count: Int) throws(TransportError) -> [UInt8] { try ends.host.read(most: count) }

  func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    let taken = record.room.withLock { room in
      let count = min(bytes.count, room)
      room -= count
      return Array(bytes.prefix(count))
    }
    record.append(taken)
    let answers = try answer(taken)
    _ = try ends.board.write(answers)
    return taken.count
  }

  func watches(for readiness: Readiness) -> [Watch] { ends.host.watches(for: readiness) }

  func close() {
    ends.host.close()
    ends.board.close()
  }
}

extension Frame {
  /// The bytes on the line.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    encode(into: &bytes)
    return bytes
  }

  /// The same frame with another payload.
  func carrying(_ payload: some WirePayload) -> Frame {
    Frame(
      type: type, session: session, sequence: sequence, acknowledged: acknowledged,
      payload: payload.bytes)
  }
}
