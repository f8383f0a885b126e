public import DeviceContract
public import Foundation

/// A train that was refused before its first pulse, by a limit or by the device's capabilities.
public struct TrainRefusal: Sendable, Hashable {
  /// The train.
  public var train: PulseTrain
  /// Why: which limit, who set it, the number asked and the number left.
  public var explanation: String
  /// When.
  public var time: Date

  /// Describes a refusal.
  public init(train: PulseTrain, explanation: String, time: Date) {
    self.train = train
    self.explanation = explanation
    self.time = time
  }
}
