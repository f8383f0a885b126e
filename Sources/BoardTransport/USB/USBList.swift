internal import CUSB

/// The USB devices of this machine that say they are boards.
public enum USBList {
  /// All of them, also those that may not be opened or whose descriptors are wrong, ordered by place.
  ///
  /// Nothing is sent to any of them: the operating system has read their descriptors.
  ///
  /// - Throws: ``TransportError/Code/io`` if there is no list.
  public static func devices() throws(TransportError) -> [USBDevice] {
    try found(by: try USBLibrary()) { _ in true }.map(\.device)
      .filter { $0.interface != nil || $0.flaw != nil && $0.isThere }
      .sorted { ($0.place.utf8.count, $0.place) < ($1.place.utf8.count, $1.place) }
  }

  /// A device, and the library's reference to it.
  struct Found {
    let device: USBDevice
    let reference: USBReference
    let library: USBLibrary
    let interface: USBInterface
  }

  /// The one board that a selector names; other devices of its numbers do not count.
  static func one(
    _ selector: USBSelector, by library: USBLibrary
  ) throws(TransportError) -> Found {
    let found = try found(by: library) {
      ($0.idVendor, $0.idProduct) == (selector.vendor, selector.product)
    }.filter { selector.matches($0.device.usb) }
    let boards = found.filter { $0.device.interface != nil }
    let subject = "\(TransportSelector.usb(selector))"
    guard let one = boards.first, let interface = one.device.interface else {
      throw noBoard(found.map(\.device), subject)
    }
    guard boards.count == 1 else {
      let names = boards.map { "\($0.device.selector)" }.sorted().joined(separator: ", ")
      throw TransportError(
        .badSelector, subject,
        "\(boards.count) boards are meant: \(names). Name one by its serial number")
    }
    return Found(
      device: one.device, reference: one.reference, library: library, interface: interface)
  }

  /// Why none of some devices is a board.
  private static func noBoard(_ devices: [USBDevice], _ subject: String) -> TransportError {
    // What is read of a device that goes in the meantime means nothing.
    guard let device = devices.first(where: \.isThere) else {
      return TransportError(
        .notFound, subject,
        "no such device is plugged in. Check cable, power and serial number; `tare devices` lists those that are"
      )
    }
    guard let flaw = device.flaw else {
      return TransportError(
        .notADevice, subject,
        "the device at \(device.path) has no interface of a board (class FF, subclass 54, protocol 01); nothing was "
          + "sent to it. Name another")
    }
    return TransportError(
      .notADevice, subject,
      "\(flaw); nothing was sent to it. Mend the descriptors of its firmware")
  }

  /// The devices with numbers that are asked for, boards or not.
  static func found(
    by library: USBLibrary, where isWanted: (libusb_device_descriptor) -> Bool
  ) throws(TransportError) -> [(device: USBDevice, reference: USBReference)] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = libusb_get_device_list(library.pointer, &list)
    guard count >= 0, let list else {
      throw TransportError(
        .io, "usb", "the devices cannot be listed: \(USBLibrary.text(Int32(count)))")
    }
    defer { libusb_free_device_list(list, 1) }
    var found: [(device: USBDevice, reference: USBReference)] = []
    for place in 0..<count {
      guard let device = list[place] else { continue }
      var descriptor = libusb_device_descriptor()
      guard libusb_get_device_descriptor(device, &descriptor) == 0, isWanted(descriptor) else {
        continue
      }
      let reference = USBReference(device, of: library)
      found.append((describe(reference, descriptor), reference))
    }
    return found
  }

  private static func describe(
    _ reference: USBReference, _ descriptor: libusb_device_descriptor
  ) -> USBDevice {
    let path = reference.path
    var usb = USBIdentity(vendor: descriptor.idVendor, product: descriptor.idProduct)
    let folder = reference.place.map { "/sys/bus/usb/devices/\($0)" }
    func text(_ name: String) -> String? {
      folder.flatMap { SystemFiles.line(of: "\($0)/\(name)") }
    }
    (usb.vendorName, usb.productName) = (
      text("manufacturer")?.withoutControls, text("product")?.withoutControls
    )
    // As it is, since devices are told apart by it; selectors write it so that it can be printed.
    usb.serialNumber = text("serial")
    var device = USBDevice(
      usb: usb, path: path, place: reference.place ?? path,
      access: PortAccess.of(path, countingOpeners: false))
    do {
      device.interface = try reference.interface()
    } catch {
      (device.flaw, device.isConfigured) = (error.explanation, !error.isPassing)
    }
    return device
  }
}
