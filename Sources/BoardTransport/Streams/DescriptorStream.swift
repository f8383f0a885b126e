/// What the transports over one descriptor have in common.
struct DescriptorStream {
  /// What messages call it.
  let name: String
  /// Whether it is a socket.
  let isSocket: Bool
  /// Nil when it was closed.
  private(set) var descriptor: Descriptor?
  /// Whether a byte has ever come.
  private(set) var hasReceived = false

  init(name: String, isSocket: Bool, _ descriptor: Descriptor) {
    self.name = name
    self.isSocket = isSocket
    self.descriptor = descriptor
  }

  /// Reads what has arrived; `lost` describes the end of the stream.
  mutating func read(
    most count: Int, lost: (Int32?, Bool) -> TransportError
  ) throws(TransportError) -> [UInt8] {
    guard let descriptor else { throw .closed(name) }
    switch descriptor.read(most: max(1, count)) {
    case .done(let bytes):
      hasReceived = true
      return bytes
    case .notNow: return []
    case .ended: throw lost(nil, hasReceived)
    case .failed(let number):
      throw TransportError.meansLost(number)
        ? lost(number, hasReceived) : .failed("read", name, number)
    }
  }

  /// Hands bytes over; `lost` describes the end of the stream.
  func write(
    _ bytes: ArraySlice<UInt8>, lost: (Int32?, Bool) -> TransportError
  ) throws(TransportError) -> Int {
    guard let descriptor else { throw .closed(name) }
    switch descriptor.write(bytes, isSocket: isSocket) {
    case .done(let count): return count
    case .notNow: return 0
    case .ended: throw lost(nil, hasReceived)
    case .failed(let number):
      throw TransportError.meansLost(number)
        ? lost(number, hasReceived) : .failed("write", name, number)
    }
  }

  /// The descriptor to look at.
  func watches(for readiness: Readiness) -> [Watch] {
    descriptor.map { [Watch($0.number, readiness)] } ?? []
  }

  /// Gives the descriptor back.
  mutating func close() { descriptor = nil }
}
