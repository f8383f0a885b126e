/// A crossbar that can be pulsed and read: simulated, on a board, or replayed.
///
/// Conform with as little as this protocol asks; what a device can do beyond it is a protocol of its own
/// (``OuterProductPulsing``, ``MatrixVectorMultiplying``, ``Forming``) and an entry in its
/// ``Capabilities``. `DeviceConformance` holds the checks that every conformer must pass.
///
/// # Contract
/// Making or connecting a device fires nothing and leaves every output off.
public protocol PulseDevice: Sendable {
  /// What the device can do, as the device itself reports it.
  ///
  /// # Contract
  /// Constant for as long as the device is connected.
  var capabilities: Capabilities { get }

  /// Fires a train and says what was fired.
  ///
  /// ```
  /// caller   apply(A) ----------.            apply(B) ---
  /// device             [A A A A] `- receipt          [B B
  /// ```
  ///
  /// # Contract
  /// - **Ordering**: trains run whole, one after the other, in the order of the calls.
  /// - **Charged**: exactly the pulses of the receipt; a refused train costs none.
  /// - **Not idempotent**: applying a train twice fires it twice. Delivery may be retried below this
  ///   protocol, the effect never is.
  /// - **Reads**: the reads of the train's schedule are in the receipt, in order, and disturb nothing.
  /// - **On cancel**: stops at a pulse boundary and throws ``DeviceError/Code/interrupted``
  ///   with the exact count, per polarity and per cell, in ``DeviceError/partial``.
  /// - **On time-out or a lost link**: throws ``DeviceError/Code/timedOut`` or
  ///   ``DeviceError/Code/linkLost``; ``DeviceError/fired`` holds the bounds of what may have happened.
  ///
  /// - Throws: ``DeviceError/Code/refused`` before the first pulse if the capabilities exclude the train.
  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt

  /// Reads the cells of a region.
  ///
  /// # Contract
  /// - **Ordering**: after every train that was applied before.
  /// - **Charged**: no pulse; a read leaves every state as it was.
  /// - **Idempotent** but for the read noise.
  /// - **On cancel, on time-out, on a lost link**: throws, and gives no part of a reading. A time-out is
  ///   never data.
  ///
  /// - Throws: ``DeviceError/Code/refused`` if the region or the averaging is outside the capabilities.
  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading

  /// The device's own count of pulses for every cell of a region, since the device exists.
  ///
  /// # Contract
  /// - **Ordering**: after every train that was applied before.
  /// - **Never falls**, also not when outputs are parked; ``Capabilities/counterDurability`` says what a
  ///   power failure does.
  /// - **Charged**: no pulse.
  /// - **Idempotent**; on time-out or a lost link it throws and may be asked again.
  ///
  /// - Throws: ``DeviceError/Code/refused`` if the region is outside the array.
  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts

  /// Turns every output off.
  ///
  /// # Contract
  /// - **Idempotent**: safe to call at any time, any number of times, also when cancelled.
  /// - **Charged**: no pulse. States and counters stay.
  /// - **On a lost link** it returns: the board's own dead man's switch turns the outputs off.
  func park() async
}
