/// A device that can be stopped so that it fires nothing until a person allows it again.
public protocol EmergencyStopping: PulseDevice {
  /// Turns every output off at once, in the middle of a train as well, and keeps them off.
  ///
  /// # Contract
  /// - **Waits for nobody**: it passes trains and calls that are under way. A train that was running throws
  ///   ``DeviceError/Code/faulted`` with the exact count.
  /// - **Latched**, durably where the device has memory: every train is refused until
  ///   ``clearEmergencyStop()``.
  /// - **Charged**: no pulse. **Idempotent**.
  ///
  /// - Throws: where the device did not confirm it, after every way to it was tried.
  func emergencyStop() async throws(DeviceError)

  /// Ends the latch; outputs stay off until the next train.
  ///
  /// # Contract
  /// - **Charged**: no pulse. **Idempotent**.
  func clearEmergencyStop() async throws(DeviceError)
}
