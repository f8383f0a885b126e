// The codec board of tests/codec_board.c in Embedded Swift: the same requests, answered by the host's own
// sources, so that both ends of the line can be held against each other on the same processor.
import ByteCoding
import WireProtocol

@main struct CodecBoard {
  static let mostFrame = Wire.leastFrame

  /// The place of a reason in frames.json, from 1.
  enum Refusal: UInt8, Error {
    case encoding = 1
    case long, short, checksum, version, flags, unknown, malformed

    init(_ fault: Frame.Fault) {
      self =
        switch fault {
        case .encoding: .encoding
        case .long: .long
        case .short: .short
        case .checksum: .checksum
        case .version: .version
        case .flags: .flags
        }
    }
  }

  static func main() {
    start_uart()
    while true {
      let what = get_byte()
      let count = UInt16(get_byte()) | UInt16(get_byte()) << 8
      var request: [UInt8] = []
      request.reserveCapacity(Int(count))
      for _ in 0..<count { request.append(get_byte()) }
      answer(what, request)
    }
  }

  static func answer(_ what: UInt8, _ request: [UInt8]) {
    switch what {
    case UInt8(ascii: "c"):
      var writer = ByteWriter()
      writer.append(CRC32C.checksum(request))
      put(0, writer.bytes)
    case UInt8(ascii: "e"):
      var encoded: [UInt8] = []
      COBS.encode(request, into: &encoded)
      put(0, encoded)
    case UInt8(ascii: "d"):
      if let decoded = COBS.decode(request) { put(0, decoded) } else { put(1, []) }
    default:
      do throws(Refusal) { put(0, try again(request)) } catch { put(error.rawValue, []) }
    }
  }

  /// The frame that the fields of a frame make.
  static func again(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
    guard bytes.count <= COBS.bound(mostFrame) else { throw .long }
    var frame: Frame
    do throws(Frame.Fault) {
      frame = try Frame(decoding: bytes, mostFrame: mostFrame)
    } catch {
      throw Refusal(error)
    }
    let message: Wire.Message?
    do throws(ByteError) {
      message = try Wire.Message(type: frame.type, payload: frame.payload)
    } catch {
      throw .malformed
    }
    guard let message else { throw .unknown }
    var writer = ByteWriter()
    message.write(to: &writer)
    frame.type = message.type
    frame.payload = writer.bytes
    var encoded: [UInt8] = []
    frame.encode(into: &encoded)
    encoded.removeLast()
    return encoded
  }

  static func put(_ status: UInt8, _ bytes: [UInt8]) {
    put_byte(status)
    put_byte(UInt8(truncatingIfNeeded: bytes.count))
    put_byte(UInt8(truncatingIfNeeded: bytes.count >> 8))
    for byte in bytes { put_byte(byte) }
  }
}
