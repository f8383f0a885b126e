/// A device that holds pulses to limits by itself, so that no mistake of a host passes it.
public protocol EnvelopeEnforcing: PulseDevice {
  /// Sets what pulses are held to from here on, within what the device was built for.
  ///
  /// # Contract
  /// - **Replaces** the envelope before it; ``PulseEnvelope/init()`` leaves the device's own limits.
  /// - **Holds** until it is replaced, also when the connection breaks and comes back.
  /// - **Charged**: no pulse. **Idempotent**.
  /// - A train beyond it is ``DeviceError/Code/refused`` whole; nothing is clipped.
  func enforce(_ envelope: PulseEnvelope) async throws(DeviceError)
}
