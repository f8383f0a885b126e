/// A board on USB, over libusb: one bulk endpoint each way, several transfers in flight on both.
///
/// The bytes are those of a serial line: nothing depends on where a packet ends. What the board has not taken
/// within ``writeTime`` is given up, so that a board that was stuck does not obey old words when it comes round.
public final class USBTransport: ByteTransport {
  /// The selector, with the serial number of the device that was found.
  public let name: String
  /// The device, as it was when it was opened.
  public let device: USBDevice

  /// The longest time that a transfer to the board may take, in milliseconds.
  public static let writeTime = 2_000
  /// Transfers in flight from the board, each of one packet: longer ones would not end where a board's last packet is
  /// full.
  private static let reads = 32
  /// Transfers in flight to the board, and the bytes of each.
  private static let writes = 4, bytesOfWrite = 4_096
  /// Bytes that are kept for a reader before no more are asked for.
  private static let mostKept = 1 << 20
  /// How long the last words may take to leave when the stream is closed, in nanoseconds.
  private static let closeTime: UInt64 = 250_000_000

  /// The open device and its endpoints.
  private struct Link {
    let handle: USBHandle
    let input: USBPipe
    let output: USBPipe

    var failure: TransportError? { input.failure ?? output.failure }
    /// Whether the library has transfers of it.
    var isBusy: Bool { input.isBusy || output.isBusy }
  }

  /// Nil when it was closed.
  private var link: Link?
  private var received: [UInt8] = []
  /// The bytes of `received` that were read already.
  private var taken = 0
  /// The library's descriptors, which stay the same while the device is open.
  private let descriptors: [Watch]
  /// Always readable, for those who wait while there is something to do.
  private let always: Descriptor

  /// Opens the one device that the selector names, and claims its interface.
  ///
  /// - Throws: ``TransportError`` with the codes `notFound`, `permissionDenied`, `busy`, `notADevice`, and
  ///   `badSelector` where several devices are meant.
  public init(_ selector: USBSelector) throws(TransportError) {
    let library = try USBLibrary()
    let found = try USBList.one(selector, by: library)
    device = found.device
    name = "\(device.selector)"
    let handle = try USBHandle(claiming: found, name: name)
    let interface = found.interface
    always = try .alwaysReadable()
    descriptors = library.descriptors
    let link = Link(
      handle: handle,
      input: USBPipe(
        handle, endpoint: interface.input, count: Self.reads, capacity: interface.packet,
        milliseconds: 0),
      output: USBPipe(
        handle, endpoint: interface.output, count: Self.writes, capacity: Self.bytesOfWrite,
        milliseconds: UInt32(Self.writeTime)))
    self.link = link
    pump(link)
  }

  deinit { close() }

  /// Reads what has arrived.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    guard let link else { throw .closed(name) }
    pump(link)
    let end = min(received.count, taken + max(1, count))
    guard end > taken else {
      if let failure = link.failure { throw failure }
      return []
    }
    let bytes = Array(received[taken..<end])
    taken = end
    // Not each time: what is left is moved to the front.
    if taken == received.count || taken >= Self.mostKept {
      received.removeFirst(taken)
      taken = 0
    }
    return bytes
  }

  /// Hands bytes over to the operating system, in one transfer.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    guard let link else { throw .closed(name) }
    if !link.output.hasRoom { pump(link) }
    if let failure = link.failure { throw failure }
    guard !bytes.isEmpty else { return 0 }
    let count = link.output.begin(bytes)
    if let failure = link.failure { throw failure }
    return count
  }

  /// The descriptors of the library, or one that is ready at once where there is something to do.
  public func watches(for readiness: Readiness) -> [Watch] {
    guard let link else { return [] }
    return ready(link, for: readiness).isEmpty ? descriptors : [Watch(always.number, .readable)]
  }

  /// Waits until bytes can be read or written.
  public func wait(
    for readiness: Readiness, until deadline: UInt64?, wake: Int32?
  ) throws(TransportError) -> Readiness {
    while true {
      guard let link else { throw .closed(name) }
      pump(link)
      let ready = ready(link, for: readiness)
      guard ready.isEmpty else { return ready }
      // What the library waits for is not what was asked for: its descriptors are ready when a transfer has ended.
      let happened = Polling.wait(descriptors, until: deadline, wake: wake)
      if happened.isEmpty || happened.contains(.woken) {
        pump(link)
        return self.ready(link, for: readiness).union(happened.intersection(.woken))
      }
    }
  }

  /// Stops the board by a request to its control endpoint, which is obeyed while the others are stalled.
  public func stopBeside() throws(TransportError) -> Bool {
    guard let link else { throw .closed(name) }
    try USBStop.send(over: link.handle)
    return true
  }

  /// Boards confirm it.
  public var isStopConfirmed: Bool { true }

  /// Lets the last words leave, ends all transfers and gives the device back.
  public func close() {
    guard let link else { return }
    self.link = nil
    let end = MonotonicTime.now + Self.closeTime
    while link.output.isBusy, link.failure == nil, MonotonicTime.now < end { step(link) }
    link.input.end()
    link.output.end()
    let last = MonotonicTime.now + 4 * Self.closeTime
    while link.isBusy, MonotonicTime.now < last { step(link) }
    // The library writes into what is in flight still, so device and context stay as they are for good.
    if link.isBusy { _ = Unmanaged.passRetained(link.handle) }
  }

  private func step(_ link: Link) {
    link.handle.library.handleEvents(milliseconds: 1)
    link.output.harvest { _ in }
    link.input.harvest { _ in }
  }

  private func ready(_ link: Link, for readiness: Readiness) -> Readiness {
    guard link.failure == nil else { return readiness.isEmpty ? .readable : readiness }
    var ready: Readiness = []
    if taken < received.count { ready.insert(.readable) }
    if link.output.hasRoom { ready.insert(.writable) }
    return ready.intersection(readiness)
  }

  /// Takes what has come, and asks for more.
  private func pump(_ link: Link) {
    link.handle.library.handleEvents()
    link.output.harvest { _ in }
    link.input.harvest { received.append(contentsOf: $0) }
    while received.count - taken < Self.mostKept, link.input.begin() > 0 {}
  }
}
