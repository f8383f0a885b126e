/// How long to wait for an answer, from how long answers took (Jacobson and Karels, SIGCOMM 1988).
///
/// Times are in nanoseconds.
struct RoundTripTimer: Sendable {
  /// Below this the systems on both sides take longer to wake a program up, now and then, than bytes need.
  static let least: UInt64 = 250_000
  static let most: UInt64 = 2_000_000_000
  /// From the least time to the most.
  private static let mostDoublings: UInt64 = 13

  private var smoothed: UInt64?
  private var deviation: UInt64 = 0
  private var doublings: UInt64 = 0

  /// The time after which an answer counts as lost.
  var timeout: UInt64 {
    let base = smoothed.map { $0 + 4 * deviation } ?? 200_000_000
    return min(Self.most, max(Self.least, base) << doublings)
  }

  /// An answer took so long.
  mutating func measure(_ time: UInt64) {
    doublings = 0
    guard let before = smoothed else {
      (smoothed, deviation) = (time, time / 2)
      return
    }
    let difference = time > before ? time - before : before - time
    deviation = (3 * deviation + difference) / 4
    smoothed = (7 * before + time) / 8
  }

  /// No answer came in time.
  mutating func expire() { doublings = min(doublings + 1, Self.mostDoublings) }
}
