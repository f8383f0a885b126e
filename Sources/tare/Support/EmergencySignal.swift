import BoardDriver
import Dispatch
import Foundation

/// Ctrl-\ (SIGQUIT) as the emergency stop of a board, for as long as a command uses it.
struct EmergencySignal {
  private let source: any DispatchSourceSignal

  init(_ board: BoardDevice) {
    signal(SIGQUIT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGQUIT, queue: .global())
    source.setEventHandler {
      Task {
        do {
          try await board.emergencyStop()
          Talk.always(
            "tare: emergency stop: outputs are off and stay off; `tare stop --clear` ends that")
        } catch {
          Talk.always("tare: \(error)")
        }
      }
    }
    source.resume()
  }

  /// Leaves the signal to the system again.
  func end() {
    source.cancel()
    signal(SIGQUIT, SIG_DFL)
  }
}
