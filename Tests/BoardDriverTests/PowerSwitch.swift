import Synchronization

/// Takes the power of a board at one of its writes to durable memory.
final class PowerSwitch: Sendable {
  /// How much of the write still arrives.
  enum Torn: Sendable, CaseIterable { case none, half, all }

  private struct State {
    var writes = 0
    var at: Int?
    var again: Int?
    var torn = Torn.none
  }

  private let state = Mutex(State())

  /// Writes since the count was last begun.
  var writes: Int { state.withLock { $0.writes } }

  /// Whether power is still to fail.
  var isArmed: Bool { state.withLock { $0.at != nil } }

  /// Begins to count; power fails within the write of a number from 1 on, or not at all.
  func fail(atWrite number: Int?, torn: Torn = .half, andAgainAfter more: Int? = nil) {
    state.withLock { ($0.writes, $0.at, $0.again, $0.torn) = (0, number, more, torn) }
  }

  /// How many bytes of a write still arrive, if power fails in it.
  @Sendable func fails(_ bytes: Int) -> Int? {
    state.withLock { state in
      state.writes += 1
      guard state.writes == state.at else { return nil }
      state.at = state.again.map { state.writes + $0 }
      state.again = nil
      switch state.torn {
      case .none: return 0
      case .half: return bytes / 2
      case .all: return bytes
      }
    }
  }
}
