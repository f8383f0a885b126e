// Fuzzing of the host's decoder: a stream of bytes, the frames in it, their messages, and back again. What it
// allocates for any stream stays within a few times the longest frame that it takes.
import ByteCoding
import WireProtocol

let mostFrame = Wire.leastFrame

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var (frames, messages): (UInt32, UInt32) = (0, 0)
  // The tables of the checksum are made with the first one.
  _ = CRC32C.checksum([0])
  watch_begin()
  decode(UnsafeBufferPointer(start: bytes, count: count), &frames, &messages)
  // An array that grows has room for twice what is in it, and both are there while it does; fields of a list
  // take up to a quarter more in memory than on the line.
  watch_end(3 * mostFrame, 12 * mostFrame)
  fuzz_count(frames, messages)
  return 0
}

func decode(_ stream: UnsafeBufferPointer<UInt8>, _ frames: inout UInt32, _ messages: inout UInt32)
{
  var decoder = FrameDecoder(mostFrame: mostFrame)
  decoder.receive(stream) { frame in
    frames += 1
    precondition(frame.payload.count + Wire.frameOverhead <= mostFrame, "a frame that is too long")
    let message: Wire.Message?
    do {
      message = try Wire.Message(type: frame.type, payload: frame.payload)
    } catch {
      return
    }
    guard let message else { return }
    messages += 1
    precondition(message.type == frame.type)
    var writer = ByteWriter()
    message.write(to: &writer)
    precondition(writer.bytes == frame.payload, "what was read is not written again")
    var encoded: [UInt8] = []
    frame.encode(into: &encoded)
    do {
      let again = try Frame(decoding: encoded.dropLast(), mostFrame: mostFrame)
      precondition(again == frame, "a frame that was written is another one")
    } catch {
      preconditionFailure("a frame that was written is none")
    }
  }
}
