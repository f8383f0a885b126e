public import DeviceContract
public import Foundation

/// What is about to be fired.
public struct TrainIntent: Sendable, Hashable {
  /// The train.
  public var train: PulseTrain
  /// When it was asked for.
  public var time: Date
  /// The device's count of all its pulses as last known, or nil where it keeps none.
  public var odometer: PulseTotals?

  /// What it will do at most, where the limits have asked already.
  var footprint: TrainFootprint?

  /// Describes an intent.
  public init(train: PulseTrain, time: Date, odometer: PulseTotals? = nil) {
    self.train = train
    self.time = time
    self.odometer = odometer
  }
}
