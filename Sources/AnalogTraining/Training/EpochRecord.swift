public import DeviceContract

/// What one pass over the data did.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// Counted from 1.
  public var epoch = 0
  /// The mean loss over the mini-batches; nil before the first has ended.
  public var loss: Double?
  /// The part of the test images that are classified rightly at its end; nil where none were tried.
  public var accuracy: Double?
  /// Mini-batches.
  public var steps = 0
  /// Pulses that were fired at each array, over all layers.
  public var pulses: [PulseTotals]
  /// What the rules counted, since the training began.
  public var tally = RuleTally()

  init(arrays: Int) {
    pulses = Array(repeating: PulseTotals(), count: arrays)
  }
}
