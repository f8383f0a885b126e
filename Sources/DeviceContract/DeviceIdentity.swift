/// Which device this is, so that counts follow the right one.
public struct DeviceIdentity: Sendable, Hashable, Codable {
  /// The kind of device, such as "simulated reram-sb".
  public var model: String
  /// Unique among devices of its kind.
  public var serialNumber: String
  /// The version of what runs on it.
  public var firmware: String

  /// Names a device.
  public init(model: String, serialNumber: String, firmware: String) {
    self.model = model
    self.serialNumber = serialNumber
    self.firmware = firmware
  }
}
