internal import CUSB

/// The transfers of one endpoint, which end in the order in which they began.
///
/// A stall and a fault of the line cost bytes, which the protocol above asks for again; so does what a board has
/// not taken in time. Only a device that is gone, or fails over and over, ends the stream.
final class USBPipe {
  /// Failures one after another, with nothing carried in between, at which it is given up, if they have gone on for
  /// so many nanoseconds: a spark beside the cable spoils all transfers in flight at once.
  private static let mostFailures = 8, failingTime: UInt64 = 100_000_000

  private let handle: USBHandle
  private let endpoint: UInt8
  private let milliseconds: UInt32
  private var idle: [USBTransfer]
  private var flying: [USBTransfer] = []
  private var failures = 0
  private var failingSince: UInt64 = 0
  /// Whether the endpoint has stalled: nothing is begun until all that was begun has ended and the stall is
  /// cleared.
  private var isHalted = false
  /// Whether nothing is to be begun any more.
  private var isEnding = false
  /// Why nothing comes or goes any more.
  private(set) var failure: TransportError?

  /// - Parameters:
  ///   - count: transfers in flight at most.
  ///   - capacity: bytes of each.
  ///   - milliseconds: the longest time that one may take; 0 for no limit.
  init(
    _ handle: USBHandle, endpoint: UInt8, count: Int, capacity: Int, milliseconds: UInt32
  ) {
    (self.handle, self.endpoint, self.milliseconds) = (handle, endpoint, milliseconds)
    idle = (0..<count).map { _ in USBTransfer(capacity: capacity, of: handle.library) }
  }

  /// Whether a transfer could begin.
  var hasRoom: Bool { !idle.isEmpty && !isHalted && !isEnding && failure == nil }
  /// Whether the library has transfers of it.
  var isBusy: Bool { flying.contains(where: \.isInFlight) }

  /// Begins a transfer for as many bytes as there is room for, of those given, or of any.
  ///
  /// - Returns: how many; 0 where none can begin now.
  func begin(_ bytes: ArraySlice<UInt8>? = nil) -> Int {
    guard hasRoom, let transfer = idle.popLast() else { return 0 }
    let count = bytes.map(transfer.fill) ?? transfer.capacity
    let result = transfer.submit(
      handle.pointer, endpoint: endpoint, count: count, milliseconds: milliseconds)
    guard result == 0 else {
      idle.append(transfer)
      failure = handle.failure(result)
      return 0
    }
    flying.append(transfer)
    return count
  }

  /// Takes what has ended; what came with it goes to `take`.
  func harvest(_ take: (UnsafeMutableBufferPointer<UInt8>.SubSequence) -> Void) {
    while let first = flying.first, !first.isInFlight {
      flying.removeFirst()
      if first.count > 0 { take(first.bytes) }
      note(first)
      idle.append(first)
    }
    if isHalted, flying.isEmpty, failure == nil { clear() }
  }

  private func note(_ transfer: USBTransfer) {
    switch transfer.status {
    case LIBUSB_TRANSFER_COMPLETED: failures = 0
    // Ended by us, or given up: what is left of it is lost.
    case LIBUSB_TRANSFER_CANCELLED, LIBUSB_TRANSFER_TIMED_OUT: break
    case LIBUSB_TRANSFER_NO_DEVICE: fail(.unplugged(handle.name))
    // All that is in flight ends with it.
    case LIBUSB_TRANSFER_STALL where isHalted: break
    case LIBUSB_TRANSFER_STALL:
      count()
      isHalted = true
      cancel()
    default: count()
    }
  }

  private func count() {
    let now = MonotonicTime.now
    if failures == 0 { failingSince = now }
    failures += 1
    guard failures >= Self.mostFailures, now - failingSince >= Self.failingTime else { return }
    fail(
      TransportError(
        .lost, handle.name,
        "the connection is lost: \(failures) transfers failed one after another. Check the cable and the "
          + "board, then connect again"))
  }

  private func fail(_ error: TransportError) {
    failure = failure ?? error
    cancel()
  }

  private func clear() {
    let result = libusb_clear_halt(handle.pointer, endpoint)
    isHalted = false
    if result != 0 { fail(handle.failure(result)) }
  }

  private func cancel() {
    for transfer in flying { transfer.cancel() }
  }

  /// Begins nothing more, and has what was begun end.
  func end() {
    isEnding = true
    cancel()
  }
}
