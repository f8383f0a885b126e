internal import CSerialPort
internal import CUSB

/// The C libraries that carry bytes, as they are loaded.
public enum TransportLibraries {
  /// The version of libserialport, such as `0.1.1`.
  public static var serialPort: String { String(cString: sp_get_package_version_string()) }

  /// The version of libusb, such as `1.0.26`.
  public static var usb: String {
    guard let version = libusb_get_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.micro)"
  }
}
