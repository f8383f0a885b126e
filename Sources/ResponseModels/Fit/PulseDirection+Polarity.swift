extension PulseDirection {
  /// The direction that a polarity column names, in any case.
  ///
  /// Accepts `up`, `u`, `+`, `+1`, `1`, `set`, `ltp`, `potentiation`, `positive` and their
  /// opposites `down`, `d`, `-`, `-1`, `reset`, `ltd`, `depression`, `negative`.
  public init?(polarity text: String) {
    switch text.lowercased() {
    case "up", "u", "+", "+1", "1", "1.0", "+1.0", "set", "ltp", "potentiation", "positive", "pos":
      self = .up
    case "down", "d", "-", "-1", "-1.0", "\u{2212}", "\u{2212}1", "reset", "ltd", "depression",
      "negative", "neg":
      self = .down
    default:
      return nil
    }
  }

  /// The sign of the weight change: +1 for up, -1 for down.
  var sign: Double { self == .up ? 1 : -1 }
}
