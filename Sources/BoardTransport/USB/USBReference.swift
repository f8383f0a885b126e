internal import CUSB

/// The library's reference to a device that is, or was, plugged in.
final class USBReference {
  let pointer: OpaquePointer
  /// References must go before their context.
  private let library: USBLibrary

  init(_ pointer: OpaquePointer, of library: USBLibrary) {
    self.pointer = libusb_ref_device(pointer)
    self.library = library
  }

  deinit { libusb_unref_device(pointer) }

  /// The path of its node.
  var path: String {
    func digits(_ number: UInt8) -> String {
      String(repeating: "0", count: 3 - "\(number)".count) + "\(number)"
    }
    return "/dev/bus/usb/\(digits(libusb_get_bus_number(pointer)))/"
      + digits(libusb_get_device_address(pointer))
  }

  /// Where it is plugged in: the bus and the ports from there on; nil for the root of a bus.
  var place: String? {
    // Seven, by the USB 3.0 specification.
    var ports = [UInt8](repeating: 0, count: 7)
    let count = libusb_get_port_numbers(pointer, &ports, Int32(ports.count))
    guard count > 0 else { return nil }
    let path = ports.prefix(Int(count)).map(String.init).joined(separator: ".")
    return "\(libusb_get_bus_number(pointer))-\(path)"
  }

  /// The interface to a board in the configuration that is active; nil where there is none.
  func interface() throws(USBFlaw) -> USBInterface? {
    var configuration: UnsafeMutablePointer<libusb_config_descriptor>?
    let result = libusb_get_active_config_descriptor(pointer, &configuration)
    guard result == 0, let configuration else {
      let isPassing =
        result == LIBUSB_ERROR_NOT_FOUND.rawValue || result == LIBUSB_ERROR_NO_DEVICE.rawValue
      throw USBFlaw(
        "its descriptors cannot be read: \(USBLibrary.text(result))", isPassing: isPassing)
    }
    defer { libusb_free_config_descriptor(configuration) }
    return try USBInterface.find(in: configuration)
  }
}
