import Dispatch
import Foundation

/// Turns Ctrl-C into a cancelled task, so that outputs are parked and what was measured is kept.
enum Interruption {
  /// Runs some work that SIGINT and SIGTERM cancel; a second signal ends the process at once.
  static func cancelling<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        task.cancel()
        signal(number, SIG_DFL)
      }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      // What follows, such as printing into a pipe that nobody reads, must be stoppable again.
      for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
    return try await task.value
  }
}
