/// A device that can form fresh cells: one-time switching beyond the voltages of normal pulses.
public protocol Forming: PulseDevice {
  /// Allows trains of cause ``Cause/form`` until the device is parked.
  ///
  /// # Contract
  /// - **Charged**: no pulse.
  /// - **Idempotent**. ``PulseDevice/park()`` takes the allowance back, and so does a lost link.
  ///
  /// - Throws: ``DeviceError/Code/refused`` if nothing limits the current
  ///   (``ComplianceCapability/Enforcer/nobody``).
  func armForming() async throws(DeviceError)
}
