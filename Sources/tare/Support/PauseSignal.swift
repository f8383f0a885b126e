import Dispatch
import Foundation
import PulseLedger
import Synchronization

/// Ctrl-Z (SIGTSTP) as a pause: between two trains outputs are turned off, and only then does the process stop.
///
/// A process that stopped within a train would leave it to the board whether the train goes on. `fg` (SIGCONT) lets
/// campaigns go on as if nothing had been. While nothing is fired, the signal stops the process at once, as that of
/// any other program.
actor PauseSignal {
  static let shared = PauseSignal()
  private static let count = Mutex(0)
  /// Pauses so far: times that they lie between say nothing.
  static var pauses: Int { count.withLock { $0 } }

  private var users: [Int: (device: MeteredDevice, talk: Talk)] = [:]
  private var begun = 0
  private var held: [MeteredDevice] = []
  private var isPausing = false
  private var source: (any DispatchSourceSignal)?

  /// Watches for the signal while a campaign runs on a device.
  static func watching<Result: Sendable>(
    _ device: MeteredDevice, talk: Talk, _ work: () async throws -> Result
  ) async throws -> Result {
    let place = await shared.enter(device, talk)
    do {
      let result = try await work()
      await shared.leave(place)
      return result
    } catch {
      await shared.leave(place)
      throw error
    }
  }

  private func enter(_ device: MeteredDevice, _ talk: Talk) async -> Int {
    begun += 1
    let place = begun
    users[place] = (device, talk)
    if source == nil { begin() }
    // One that comes while the others are held waits with them.
    if isPausing { await hold(device) }
    return place
  }

  private func leave(_ place: Int) {
    users[place] = nil
    guard users.isEmpty, !isPausing else { return }
    end()
  }

  private func begin() {
    signal(SIGTSTP, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGTSTP, queue: .global())
    source.setEventHandler { Task { await PauseSignal.shared.pause() } }
    source.resume()
    self.source = source
  }

  private func end() {
    source?.cancel()
    source = nil
    signal(SIGTSTP, SIG_DFL)
  }

  private func hold(_ device: MeteredDevice) async {
    held.append(device)
    await device.hold()
  }

  private func pause() async {
    guard !isPausing, let talk = users.values.first?.talk else { return }
    isPausing = true
    await withTaskGroup(of: Void.self) { group in
      for (device, _) in users.values { group.addTask { await self.hold(device) } }
    }
    talk.endProgress()
    if !talk.isQuiet {
      Talk.always(
        "tare: paused between two trains, with outputs parked: fg (SIGCONT) goes on, nothing is fired twice"
      )
    }
    // The one signal that stops also a process that no shell looks after; it returns when the process goes on.
    kill(getpid(), SIGSTOP)
    Self.count.withLock { $0 += 1 }
    if !talk.isQuiet { Talk.always("tare: going on") }
    for device in held { await device.letGo() }
    held = []
    isPausing = false
    if users.isEmpty { end() }
  }
}
