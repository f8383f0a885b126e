import Dispatch
import Foundation
import Synchronization

/// Turns Ctrl-C into a cancelled task, so that outputs are parked and what was measured is kept.
///
/// SIGINT, SIGTERM and SIGHUP, that of a closed terminal, are one and the same. Between the parts of a
/// command that can be cancelled, as while ledgers are opened and closed, a signal is remembered for the
/// next part: a process that died there would leave a board as it stands. A second signal ends the process
/// at once.
final class Interruption: Sendable {
  private struct State {
    var isAsked = false
    var begun = 0
    var cancels: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// Watches for signals during some work.
  static func watching<Result>(
    _ work: (Interruption) async throws -> Result
  ) async throws -> Result {
    let interruption = Interruption()
    // A process that was told to outlive its terminal (nohup) goes on doing so.
    let numbers = [SIGINT, SIGTERM, SIGHUP].filter { $0 != SIGHUP || !isIgnored($0) }
    let sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        interruption.ask()
        for number in numbers { signal(number, SIG_DFL) }
      }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      // What follows, such as printing into a pipe that nobody reads, must be stoppable again.
      for number in numbers { signal(number, SIG_DFL) }
    }
    return try await work(interruption)
  }

  /// Whether a signal has come.
  var isAsked: Bool { state.withLock { $0.isAsked } }

  /// Waits for a signal, for ever if none comes.
  func wait() async {
    try? await cancelling { try await Task.sleep(for: .seconds(1 << 40)) }
  }

  /// Runs some work that a signal cancels, one that has come before as well; several may run at once.
  func cancelling<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    let (place, isAsked) = state.withLock { state in
      state.begun += 1
      state.cancels[state.begun] = { task.cancel() }
      return (state.begun, state.isAsked)
    }
    if isAsked { task.cancel() }
    defer { state.withLock { $0.cancels[place] = nil } }
    return try await task.value
  }

  private func ask() {
    let cancels = state.withLock { state in
      state.isAsked = true
      return Array(state.cancels.values)
    }
    for cancel in cancels { cancel() }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
