import Calibration
import PhysicalUnits
import SymmetricPoint
import Synchronization

/// The clock beside a ``TimeLeft``.
final class ProgressWatch: Sendable {
  private let state: Mutex<(left: TimeLeft, pauses: Int)>
  private let start = ContinuousClock.now

  init(planned: Int) { state = Mutex((TimeLeft(planned: planned), PauseSignal.pauses)) }

  /// A line of progress with the time that is left, as soon as that is known.
  func line(_ text: String, _ stand: SearchProgress, isReplaying: Bool) -> String {
    let left = timeLeft(stand, isReplaying: isReplaying)
    return text + (left.map { ", about \(TimeLeft.text($0)) left" } ?? "")
  }

  /// The time that is left; nil while too little is known.
  ///
  /// - Parameter isReplaying: whether pulses come from a ledger, which takes no time.
  func timeLeft(_ stand: SearchProgress, isReplaying: Bool) -> Seconds? {
    let pauses = PauseSignal.pauses
    return state.withLock { state in
      if isReplaying || pauses != state.pauses { state.left.restart() }
      state.pauses = pauses
      state.left.note(stand, at: (ContinuousClock.now - start) / .seconds(1))
      return state.left.seconds
    }
  }
}
