import Foundation

/// How a learning rate changes from epoch to epoch.
public struct LearningRateSchedule: Codable, Hashable, Sendable, CustomStringConvertible {
  /// What the rate is multiplied by, above 0 and at most 1.
  public let factor: Double
  /// After how many epochs that happens, again and again.
  public let every: Int

  /// The same rate in all epochs.
  public static let constant = LearningRateSchedule(unchecked: 1, every: 1)

  private init(unchecked factor: Double, every: Int) {
    (self.factor, self.every) = (factor, every)
  }

  /// Multiplies the rate by a factor after every so many epochs.
  ///
  /// - Throws: ``TrainingDataError`` for a factor that does not lie above 0 and up to 1, and for no epochs.
  public init(factor: Double, every: Int) throws(TrainingDataError) {
    guard factor > 0, factor <= 1, every > 0 else {
      throw TrainingDataError(
        .badValue, at: "learning-rate schedule",
        "a factor of \(factor) every \(every) epochs; use one above 0 and at most 1, "
          + "and 1 epoch or more")
    }
    self.init(unchecked: factor, every: every)
  }

  /// Reads "constant", "step:0.5/30" (half every 30 epochs) or "exp:0.97" (this factor every epoch).
  ///
  /// - Throws: ``TrainingDataError`` for any other text.
  public init(parsing text: String) throws(TrainingDataError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers =
      parts.count == 2 ? parts[1].split(separator: "/", omittingEmptySubsequences: false) : []
    switch (parts.first, numbers.count) {
    case ("constant", 0) where parts.count == 1:
      self = .constant
      return
    case ("exp", 1):
      if let factor = Double(numbers[0]) {
        try self.init(factor: factor, every: 1)
        return
      }
    case ("step", 2):
      if let factor = Double(numbers[0]), let every = Int(numbers[1]) {
        try self.init(factor: factor, every: every)
        return
      }
    default: break
    }
    throw TrainingDataError(
      .malformed, at: "learning-rate schedule \"\(text)\"",
      "is none; use constant, step:0.5/30 (half every 30 epochs) or exp:0.97 (this factor an epoch)"
    )
  }

  /// The rate in an epoch, counted from 0, of one that starts at `initial`.
  public func rate(_ initial: Float, epoch: Int) -> Float {
    factor == 1 ? initial : Float(Double(initial) * pow(factor, Double(epoch / every)))
  }

  /// In the form that ``init(parsing:)`` reads.
  public var description: String {
    if factor == 1 { return "constant" }
    return every == 1 ? "exp:\(factor)" : "step:\(factor)/\(every)"
  }

  private enum CodingKeys: CodingKey {
    case factor, every
  }

  /// Reads a schedule, and checks it as ``init(factor:every:)`` does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      factor: container.decode(Double.self, forKey: .factor),
      every: container.decode(Int.self, forKey: .every))
  }
}
