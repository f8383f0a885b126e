/// What the builtin `usb_id` of udev tells of a device that is part of a USB device.
enum USBIdentification {
  /// Nil outside of USB, where the builtin fails.
  static func properties(of device: UdevDevice) -> [String: String]? {
    guard let board = device.lineage.first(where: { $0.attributes["idVendor"] != nil }) else {
      return nil
    }
    // Not an attribute of sysfs: the builtin reads the interfaces from the descriptors.
    var found = ["ID_USB_INTERFACES": board.properties["interfaces"] ?? ""]
    found["ID_VENDOR_ID"] = board.attributes["idVendor"]
    found["ID_MODEL_ID"] = board.attributes["idProduct"]
    found["ID_MODEL"] = board.attributes["product"].map(name)
    found["ID_SERIAL_SHORT"] = board.attributes["serial"].map(name)
    if let number = device.lineage.lazy.compactMap({ $0.attributes["bInterfaceNumber"] }).first {
      found["ID_USB_INTERFACE_NUM"] = number
    }
    return found
  }

  /// A text with all replaced that may not stand in the name of a file.
  private static func name(_ text: String) -> String {
    String(
      text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "#+-.:=@_".contains($0)) ? $0 : "_" })
  }
}
