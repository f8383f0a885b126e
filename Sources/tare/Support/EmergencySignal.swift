import BoardDriver
import Dispatch
import Foundation
import Synchronization

/// Ctrl-\ (SIGQUIT) as the emergency stop of a board, for as long as a command uses it; of all boards, where it uses
/// several.
struct EmergencySignal {
  private let source: any DispatchSourceSignal
  private static let users = Mutex(0)

  init(_ board: BoardDevice) {
    Self.users.withLock {
      $0 += 1
      signal(SIGQUIT, SIG_IGN)
    }
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

  /// Leaves the signal to the system again, where no other board is used.
  func end() {
    source.cancel()
    Self.users.withLock {
      $0 -= 1
      if $0 == 0 { signal(SIGQUIT, SIG_DFL) }
    }
  }
}
