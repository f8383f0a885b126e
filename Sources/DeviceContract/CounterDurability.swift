/// What happens to a device's own pulse counters when power fails.
public enum CounterDurability: String, Sendable, Hashable, Codable {
  /// They start again at 0.
  case volatile
  /// They fall back to the last mark; the pulses since then are uncertain.
  case checkpointed
  /// Every pulse is counted.
  case everyPulse
}
