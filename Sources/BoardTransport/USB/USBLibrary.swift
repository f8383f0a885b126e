internal import CUSB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A context of libusb, used from one thread and ended with the last reference.
final class USBLibrary {
  let pointer: OpaquePointer

  init() throws(TransportError) {
    var context: OpaquePointer?
    let result = libusb_init(&context)
    guard result == 0, let context else {
      throw TransportError(.io, "usb", "libusb cannot start: \(Self.text(result))")
    }
    pointer = context
  }

  deinit { libusb_exit(pointer) }

  /// Handles what has happened, and waits for it for so many milliseconds.
  func handleEvents(milliseconds: Int = 0) {
    var time = timeval(
      tv_sec: milliseconds / 1_000, tv_usec: .init(milliseconds % 1_000 * 1_000))
    libusb_handle_events_timeout_completed(pointer, &time, nil)
  }

  /// What to wait for between two calls of ``handleEvents(milliseconds:)``; its time-outs are among it.
  var descriptors: [Watch] {
    guard let list = libusb_get_pollfds(pointer) else { return [] }
    defer { libusb_free_pollfds(list) }
    var (watches, place) = ([Watch](), 0)
    while let entry = list[place] {
      var readiness: Readiness = []
      if Int32(entry.pointee.events) & Int32(POLLIN) != 0 { readiness.insert(.readable) }
      if Int32(entry.pointee.events) & Int32(POLLOUT) != 0 { readiness.insert(.writable) }
      watches.append(Watch(entry.pointee.fd, readiness))
      place += 1
    }
    return watches
  }

  /// The words of the library for a result.
  static func text(_ result: Int32) -> String { String(cString: libusb_strerror(result)) }
}
