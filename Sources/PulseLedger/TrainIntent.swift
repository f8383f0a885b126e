public import DeviceContract
public import Foundation

/// What is about to be fired.
public struct TrainIntent: Sendable, Hashable {
  /// The train.
  public var train: PulseTrain
  /// When it was asked for.
  public var time: Date

  /// Describes an intent.
  public init(train: PulseTrain, time: Date) {
    self.train = train
    self.time = time
  }
}
