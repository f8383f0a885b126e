/// How a campaign of a ``CalibrationSchedule`` ended.
public enum ScheduledEnding<Result: Sendable>: Sendable {
  /// It has a result, which may say that it was stopped on the way.
  case finished(Result)
  /// It failed before there was one.
  case failed(any Error)
  /// The schedule was cancelled before its turn.
  case notBegun

  /// The result, if there is one.
  public var result: Result? {
    guard case .finished(let result) = self else { return nil }
    return result
  }
}
