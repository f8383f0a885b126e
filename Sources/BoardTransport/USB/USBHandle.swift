internal import CUSB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open device, closed with the last reference.
final class USBHandle {
  let name: String
  let pointer: OpaquePointer
  let library: USBLibrary
  /// Held while the interface is ours, so that others can find out who has it.
  private let lock: Descriptor?
  /// The interface that is ours.
  private let interface: UInt8?

  /// The time that a request to the control endpoint may take, in milliseconds.
  private static let requestTime: UInt32 = 1_000

  /// Opens a device for requests alone, whoever has its interface.
  convenience init(beside found: USBList.Found, name: String) throws(TransportError) {
    try self.init(found, name: name, interface: nil, lock: nil)
  }

  /// Opens a device and claims the interface to its board; nothing is sent.
  convenience init(claiming found: USBList.Found, name: String) throws(TransportError) {
    let device = found.device
    let lock = try Self.takeLock(device.path, name)
    let interface = found.interface.number
    try self.init(found, name: name, interface: interface, lock: lock)
    let result = libusb_claim_interface(pointer, Int32(interface))
    guard result == 0 else {
      guard result == LIBUSB_ERROR_BUSY.rawValue else { throw failure(result) }
      guard libusb_kernel_driver_active(pointer, Int32(interface)) != 1 else {
        throw TransportError(
          .busy, name, "a driver of the system has its interface; unbind that first")
      }
      throw .held(name, PortHolder.all(of: device.path, except: lock.number))
    }
  }

  private init(
    _ found: USBList.Found, name: String, interface: UInt8?, lock: Descriptor?
  ) throws(TransportError) {
    var opened: OpaquePointer?
    let result = libusb_open(found.reference.pointer, &opened)
    guard result == 0, let opened else {
      if result == LIBUSB_ERROR_ACCESS.rawValue {
        throw .unopened(name, EACCES, SystemFiles.status(found.device.path))
      }
      throw Self.failure(name, result)
    }
    (pointer, library, self.name) = (opened, found.library, name)
    (self.interface, self.lock) = (interface, lock)
  }

  deinit {
    if let interface { libusb_release_interface(pointer, Int32(interface)) }
    libusb_close(pointer)
  }

  private static func takeLock(
    _ path: String, _ name: String
  ) throws(TransportError) -> Descriptor {
    let number = open(path, O_RDWR | O_CLOEXEC)
    guard number >= 0 else {
      let reason = errno
      throw .unopened(name, reason, SystemFiles.status(path))
    }
    let descriptor = Descriptor(number)
    guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      throw reason == EWOULDBLOCK
        ? .held(name, PortHolder.all(of: path, except: number)) : .failed("flock", name, reason)
    }
    return descriptor
  }

  /// Sends a request without data to the control endpoint, past all that is on its way to the others.
  ///
  /// - Throws: ``TransportError/Code/unsupported`` if the device knows no such request, or why it cannot be reached.
  func order(_ request: UInt8, value: UInt16) throws(TransportError) {
    _ = try transfer(LIBUSB_ENDPOINT_OUT, request, value, nil, 0)
  }

  /// Asks the control endpoint for a byte; nil if the device has none to say.
  ///
  /// - Throws: as ``order(_:value:)``.
  func ask(_ request: UInt8, value: UInt16) throws(TransportError) -> UInt8? {
    var answer: UInt8 = 0
    return try transfer(LIBUSB_ENDPOINT_IN, request, value, &answer, 1) == 1 ? answer : nil
  }

  private func transfer(
    _ direction: libusb_endpoint_direction, _ request: UInt8, _ value: UInt16,
    _ bytes: UnsafeMutablePointer<UInt8>?, _ count: UInt16
  ) throws(TransportError) -> Int32 {
    // Vendor-specific, to the device as a whole: to an interface, only those who have claimed it may send one.
    let kind = UInt8(LIBUSB_REQUEST_TYPE_VENDOR.rawValue | direction.rawValue)
    let result = libusb_control_transfer(
      pointer, kind, request, value, 0, bytes, count, Self.requestTime)
    guard result != LIBUSB_ERROR_PIPE.rawValue else {
      throw TransportError(.unsupported, name, "the board knows no request for the emergency stop")
    }
    guard result >= 0 else { throw failure(result) }
    return result
  }

  /// What an error of the library means.
  func failure(_ result: Int32) -> TransportError { Self.failure(name, result) }

  private static func failure(_ name: String, _ result: Int32) -> TransportError {
    switch result {
    case LIBUSB_ERROR_NO_DEVICE.rawValue, LIBUSB_ERROR_NOT_FOUND.rawValue: .unplugged(name)
    case LIBUSB_ERROR_IO.rawValue:
      TransportError(
        .lost, name,
        "the connection is lost: the device does not answer, or is suspended. Check the cable, wake the machine, "
          + "then connect again")
    case LIBUSB_ERROR_ACCESS.rawValue:
      TransportError(.permissionDenied, name, "this user may not open it")
    case LIBUSB_ERROR_TIMEOUT.rawValue:
      TransportError(
        .io, name, "the device does not answer in time; take its power and plug it in again")
    default: TransportError(.io, name, "libusb: \(USBLibrary.text(result))")
    }
  }
}
