/// Finds frames in a stream of bytes, whatever else is in it.
public struct FrameDecoder: Sendable {
  /// What was found instead of frames, for whoever looks into a bad line.
  public struct Faults: Sendable, Hashable {
    /// Frames that are none: checksum, encoding, too short or too long.
    public var damaged = 0
    /// Frames of a version that is not spoken here.
    public var foreign = 0
  }

  private let mostFrame: Int
  /// The longest frame that is waited for, in bytes on the wire.
  private let longest: Int
  private var bytes: [UInt8] = []
  private var isTooLong = false
  /// What was found instead of frames.
  public private(set) var faults = Faults()

  /// Takes frames whose decoded form has at most so many bytes.
  public init(mostFrame: Int) {
    self.mostFrame = mostFrame
    longest = COBS.bound(mostFrame)
  }

  /// Takes bytes, and calls for every frame that is complete.
  public mutating func receive(_ more: some Sequence<UInt8>, _ body: (Frame) -> Void) {
    for byte in more {
      if byte != 0 {
        if bytes.count < longest { bytes.append(byte) } else { isTooLong = true }
        continue
      }
      if isTooLong {
        faults.damaged += 1
      } else if !bytes.isEmpty {
        do {
          body(try Frame(decoding: bytes, mostFrame: mostFrame))
        } catch {
          switch error {
          case .version, .flags: faults.foreign += 1
          case .short, .long, .encoding, .checksum: faults.damaged += 1
          }
        }
      }
      bytes.removeAll(keepingCapacity: true)
      isTooLong = false
    }
  }
}
