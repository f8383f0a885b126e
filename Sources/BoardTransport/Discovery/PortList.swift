internal import CSerialPort

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The serial ports of this machine.
public enum PortList {
  /// All ports, also those that may not be opened, ordered by path.
  ///
  /// No port is opened for this, except those of the mainboard, which cannot be told from empty places else.
  ///
  /// - Throws: ``TransportError/Code/io`` if the system has no list.
  public static func ports() throws(TransportError) -> [SerialPort] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let result = sp_list_ports(&list)
    // A system without terminals has no folder for them.
    if result == SP_ERR_FAIL, sp_last_error_code() == ENOENT { return [] }
    guard result == SP_OK else {
      throw .failed(
        "listing", "serial ports", result == SP_ERR_FAIL ? sp_last_error_code() : ENOMEM)
    }
    defer { sp_free_port_list(list) }
    var (ports, place) = ([SerialPort](), 0)
    while let port = list?[place] {
      if let found = describe(port) { ports.append(found) }
      place += 1
    }
    ports += passedOver(ports)
    return ports.sorted { ($0.path.utf8.count, $0.path) < ($1.path.utf8.count, $1.path) }
  }

  /// The ports of the mainboard that the library tried to open and may not.
  private static func passedOver(_ known: [SerialPort]) -> [SerialPort] {
    let folder = "/sys/class/tty"
    return SystemFiles.names(in: folder).compactMap { name in
      guard name.hasPrefix("ttyS"), !known.contains(where: { $0.path == "/dev/\(name)" }),
        // The kernel's kind of the chip; 0 is an empty place.
        let kind = SystemFiles.bytes(of: "\(folder)/\(name)/type", most: 16),
        let digit = kind.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit)
      else { return nil }
      return port(at: "/dev/\(name)")
    }
  }

  /// One port by its path or a link to it; nil where the library knows none.
  public static func port(at path: String) -> SerialPort? {
    var port: OpaquePointer?
    guard let real = SystemFiles.real(path), sp_get_port_by_name(real, &port) == SP_OK else {
      return nil
    }
    defer { sp_free_port(port) }
    return port.flatMap(describe)
  }

  private static func describe(_ port: OpaquePointer) -> SerialPort? {
    guard let path = text(sp_get_port_name(port)) else { return nil }
    let plug = USBPlug(ofTerminal: path)
    return SerialPort(
      path: path, label: text(sp_get_port_description(port))?.withoutControls ?? path,
      usb: usb(port),
      place: plug?.place, interface: plug?.interface, access: PortAccess.of(path))
  }

  private static func usb(_ port: OpaquePointer) -> USBIdentity? {
    var (vendor, product) = (Int32(-1), Int32(-1))
    guard sp_get_port_transport(port) == SP_TRANSPORT_USB,
      sp_get_port_usb_vid_pid(port, &vendor, &product) == SP_OK
    else { return nil }
    return USBIdentity(
      vendor: UInt16(truncatingIfNeeded: vendor), product: UInt16(truncatingIfNeeded: product),
      vendorName: text(sp_get_port_usb_manufacturer(port))?.withoutControls,
      productName: text(sp_get_port_usb_product(port))?.withoutControls,
      serialNumber: text(sp_get_port_usb_serial(port)))
  }

  private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
