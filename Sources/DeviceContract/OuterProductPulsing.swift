/// A device that can fire many rows and columns in coincidence.
///
/// It accepts trains of ``PulseTrain/Kind/outerProduct`` through ``PulseDevice/apply(_:)`` and names the
/// kind in its ``Capabilities/trainKinds``.
public protocol OuterProductPulsing: PulseDevice {
  /// The most slots of one outer-product train: the longest bit line.
  ///
  /// # Contract
  /// Constant for as long as the device is connected. A train with more slots is refused whole.
  var longestBitLine: Int { get }
}
