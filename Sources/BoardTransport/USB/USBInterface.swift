internal import CUSB

/// The interface of a USB device over which a board speaks: one bulk endpoint each way.
///
/// Boards are known by its class, subclass and protocol, since the vendor and product numbers belong to whoever
/// makes the board.
public struct USBInterface: Sendable, Hashable {
  /// Vendor-specific.
  static let kind: UInt8 = 0xFF
  /// The letter T.
  static let subkind: UInt8 = 0x54
  /// The major version of the protocol.
  static let protocolNumber: UInt8 = 0x01

  /// The number of the interface.
  public var number: UInt8
  /// The endpoint that the host reads from; its highest bit is set.
  public var input: UInt8
  /// The endpoint that the host writes to.
  public var output: UInt8
  /// The largest packet of the reading endpoint in bytes.
  public var packet: Int

  /// Finds it in a configuration; nil where the device has none.
  ///
  /// - Throws: what is wrong with an interface that says it is one.
  static func find(
    in configuration: UnsafePointer<libusb_config_descriptor>
  ) throws(USBFlaw) -> USBInterface? {
    let interfaces = list(
      configuration.pointee.interface, Int(configuration.pointee.bNumInterfaces))
    for interface in interfaces {
      let settings = list(interface.altsetting, Int(interface.num_altsetting))
      for setting in settings where isBoard(setting) && setting.bAlternateSetting == 0 {
        return try USBInterface(setting)
      }
    }
    return nil
  }

  /// The library says how many there should be, and has nothing there where descriptors are cut off.
  private static func list<Element>(
    _ start: UnsafePointer<Element>?, _ count: Int
  ) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: start, count: start == nil ? 0 : max(0, count))
  }

  private static func isBoard(_ setting: libusb_interface_descriptor) -> Bool {
    (setting.bInterfaceClass, setting.bInterfaceSubClass, setting.bInterfaceProtocol)
      == (kind, subkind, protocolNumber)
  }

  private init(_ setting: libusb_interface_descriptor) throws(USBFlaw) {
    let endpoints = Self.list(setting.endpoint, Int(setting.bNumEndpoints))
    var (input, output): (libusb_endpoint_descriptor?, libusb_endpoint_descriptor?)
    for endpoint in endpoints where endpoint.bmAttributes & 3 == LIBUSB_TRANSFER_TYPE_BULK.rawValue
    {
      if endpoint.bEndpointAddress & 0x80 != 0 {
        input = input ?? endpoint
      } else {
        output = output ?? endpoint
      }
    }
    guard let input, let output else {
      throw USBFlaw("its interface has no bulk endpoint each way")
    }
    // The upper bits count transactions in a microframe, of which bulk endpoints have one.
    let packet = Int(input.wMaxPacketSize & 0x7FF)
    guard [8, 16, 32, 64, 512, 1024].contains(packet) else {
      throw USBFlaw("its endpoint has packets of \(packet) bytes, which no bulk endpoint has")
    }
    number = setting.bInterfaceNumber
    (self.input, self.output) = (input.bEndpointAddress, output.bEndpointAddress)
    self.packet = packet
  }
}

/// What is wrong with the descriptors of a device.
struct USBFlaw: Error {
  let explanation: String
  /// Whether the device is about to come or to go, so that there is nothing wrong with it.
  let isPassing: Bool

  init(_ explanation: String, isPassing: Bool = false) {
    (self.explanation, self.isPassing) = (explanation, isPassing)
  }
}
