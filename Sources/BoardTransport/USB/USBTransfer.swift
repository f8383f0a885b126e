internal import CUSB

/// A transfer and its buffer, used over and over.
///
/// While it is in flight it keeps itself alive, since the library writes to it.
final class USBTransfer {
  private let pointer: UnsafeMutablePointer<libusb_transfer>
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  /// A transfer keeps a reference to its device, which must go before the context.
  private let library: USBLibrary
  /// Whether the library has it.
  private(set) var isInFlight = false

  init(capacity: Int, of library: USBLibrary) {
    pointer = libusb_alloc_transfer(0)
    buffer = .allocate(capacity: capacity)
    self.library = library
  }

  deinit {
    // Version 1.0.26 looks at the handle still, which may be closed.
    pointer.pointee.dev_handle = nil
    libusb_free_transfer(pointer)
    buffer.deallocate()
  }

  /// What it came to.
  var status: libusb_transfer_status { pointer.pointee.status }
  /// Bytes that it was to carry.
  var asked: Int { Int(pointer.pointee.length) }
  /// Bytes that it has carried.
  var count: Int { Int(pointer.pointee.actual_length) }
  /// What it has brought.
  var bytes: UnsafeMutableBufferPointer<UInt8>.SubSequence { buffer.prefix(count) }
  /// The most bytes that it carries.
  var capacity: Int { buffer.count }

  /// Puts in what it is to carry; as much of it as there is room for.
  func fill(_ bytes: ArraySlice<UInt8>) -> Int {
    let count = min(bytes.count, buffer.count)
    _ = buffer.update(fromContentsOf: bytes.prefix(count))
    return count
  }

  /// Begins the transfer.
  ///
  /// - Parameters:
  ///   - count: bytes to carry.
  ///   - milliseconds: time after which what is left of it is given up; 0 for none.
  /// - Returns: 0, or an error of the library; then it is not in flight.
  func submit(
    _ handle: OpaquePointer, endpoint: UInt8, count: Int, milliseconds: UInt32
  ) -> Int32 {
    libusb_fill_bulk_transfer(
      pointer, handle, endpoint, buffer.baseAddress, Int32(count),
      { transfer in
        // Nothing more than a note: the library may not be called from here.
        guard let context = transfer?.pointee.user_data else { return }
        Unmanaged<USBTransfer>.fromOpaque(context).takeRetainedValue().isInFlight = false
      }, Unmanaged.passUnretained(self).toOpaque(), milliseconds)
    isInFlight = true
    let mine = Unmanaged.passRetained(self)
    let result = libusb_submit_transfer(pointer)
    if result != 0 {
      isInFlight = false
      mine.release()
    }
    return result
  }

  /// Asks for its end, which comes later.
  func cancel() {
    if isInFlight { libusb_cancel_transfer(pointer) }
  }
}
