import DeviceContract
import SimulatedCrossbar

extension DeviceOptions {
  /// Opens the device that the selector names; nothing is fired.
  func openDevice() throws -> any PulseDevice {
    try SimulatedCrossbar(simulatorSettings())
  }
}
