import ByteCoding
import Testing

@testable import WireProtocol

/// The host's codec against crc.json, cobs.json and frames.json.
@Suite struct VectorTests {
  struct Checksums: Decodable {
    struct Entry: Decodable {
      var name, bytes, crc: String
    }
    var vectors: [Entry]
  }

  struct Encodings: Decodable {
    struct Valid: Decodable {
      var name, bytes, encoded: String
    }
    struct Invalid: Decodable {
      var name, encoded: String
    }
    var valid: [Valid]
    var invalid: [Invalid]
  }

  struct Frames: Decodable {
    struct Entry: Decodable {
      var name, message, frame: String
      var type: UInt8
      var session, sequence, acknowledged: UInt16
      var fields: VectorValue
    }
    struct Rejected: Decodable {
      var name, reason, frame: String
    }
    var mostFrame: Int
    var frames: [Entry]
    var rejected: [Rejected]
  }

  @Test func checksums() throws {
    let vectors = try Vectors.read("crc.json", as: Checksums.self).vectors
    #expect(vectors.contains { $0.crc == "e3069283" })
    for entry in vectors {
      let bytes = try Vectors.bytes(entry.bytes)
      #expect(CRC32C.checksum(bytes) == UInt32(entry.crc, radix: 16), "\(entry.name)")
    }
  }

  @Test func encodings() throws {
    let vectors = try Vectors.read("cobs.json", as: Encodings.self)
    #expect(!vectors.valid.isEmpty && !vectors.invalid.isEmpty)
    for entry in vectors.valid {
      let (plain, encoded) = (try Vectors.bytes(entry.bytes), try Vectors.bytes(entry.encoded))
      var made: [UInt8] = []
      COBS.encode(plain, into: &made)
      #expect(made == encoded, "\(entry.name)")
      #expect(COBS.decode(encoded) == plain, "\(entry.name)")
    }
    for entry in vectors.invalid {
      #expect(COBS.decode(try Vectors.bytes(entry.encoded)) == nil, "\(entry.name)")
    }
  }

  /// What a stream of these bytes holds.
  private func frames(in bytes: [UInt8], mostFrame: Int) -> (frames: [Frame], faults: Int) {
    var decoder = FrameDecoder(mostFrame: mostFrame)
    var found: [Frame] = []
    decoder.receive(bytes) { found.append($0) }
    return (found, decoder.faults.damaged + decoder.faults.foreign)
  }

  @Test func framesAreReadAndWritten() throws {
    let vectors = try Vectors.read("frames.json", as: Frames.self)
    var types: Set<UInt8> = []
    for entry in vectors.frames {
      let bytes = try Vectors.bytes(entry.frame)
      let found = frames(in: bytes, mostFrame: vectors.mostFrame)
      let frame = try #require(found.frames.first, "\(entry.name)")
      #expect(found.frames.count == 1 && found.faults == 0)
      #expect(frame.type == entry.type)
      #expect(frame.session == entry.session)
      #expect(frame.sequence == entry.sequence)
      #expect(frame.acknowledged == entry.acknowledged)
      let message = try #require(try Wire.Message(type: frame.type, payload: frame.payload))
      types.insert(message.type)
      // An enumeration's case is a field of its mirror.
      let child = try #require(Mirror(reflecting: message).children.first)
      #expect(child.label?.lowercased() == entry.message.lowercased().filter { $0 != "_" })
      #expect(entry.fields.isValue(of: child.value), "\(entry.name): \(message)")
      let again = Frame(
        type: message.type, session: frame.session, sequence: frame.sequence,
        acknowledged: frame.acknowledged, payload: message.bytes)
      var made: [UInt8] = []
      again.encode(into: &made)
      #expect(made == bytes, "\(entry.name)")
    }
    // No message that is spoken here is missing.
    #expect(types == Set((0...UInt8.max).filter { isKnown($0) }))
  }

  private func isKnown(_ type: UInt8) -> Bool {
    do {
      return try Wire.Message(type: type, payload: []) != nil
    } catch {
      return true
    }
  }

  @Test func whatIsNoFrameIsRejectedForItsReason() throws {
    let vectors = try Vectors.read("frames.json", as: Frames.self)
    var reasons: Set<String> = []
    for entry in vectors.rejected {
      let bytes = try Vectors.bytes(entry.frame)
      #expect(
        reason(bytes.dropLast(), mostFrame: vectors.mostFrame) == entry.reason, "\(entry.name)")
      reasons.insert(entry.reason)
      // In a stream it is no frame either, unless its payload alone is wrong.
      let isFrame = ["unknown", "malformed"].contains(entry.reason)
      let found = frames(in: bytes, mostFrame: vectors.mostFrame)
      #expect(found.frames.count == (isFrame ? 1 : 0), "\(entry.name)")
      #expect(found.faults == (isFrame ? 0 : 1), "\(entry.name)")
    }
    #expect(reasons.count == 8)
  }

  private func reason(_ bytes: some RandomAccessCollection<UInt8>, mostFrame: Int) -> String? {
    let frame: Frame
    do {
      frame = try Frame(decoding: bytes, mostFrame: mostFrame)
    } catch {
      return "\(error)"
    }
    do {
      return try Wire.Message(type: frame.type, payload: frame.payload) == nil ? "unknown" : nil
    } catch {
      return "malformed"
    }
  }
}
