/// Pulses that a cell got one after the other, whatever for.
enum CellActs: Sendable, Hashable {
  /// Of one polarity: positive for up.
  case burst(Int)
  /// So many times one up and then one down.
  case pairs(Int)

  /// Pulses of each polarity.
  var counts: (up: Int, down: Int) {
    switch self {
    case .burst(let count): (max(0, count), max(0, -count))
    case .pairs(let pairs): (pairs, pairs)
    }
  }

  /// The step that they make.
  ///
  /// - Parameter noise: the standard deviation of a step of each polarity.
  func step(_ lines: StraightLines, noise: (up: Double, down: Double)) -> PulseStep {
    switch self {
    case .burst(let count):
      let one = PulseStep(up: count > 0, lines: lines, noise: count > 0 ? noise.up : noise.down)
      return abs(count) == 1 ? one : one.repeated(abs(count))
    case .pairs(let pairs):
      return PulseStep(up: true, lines: lines, noise: noise.up)
        .then(PulseStep(up: false, lines: lines, noise: noise.down)).repeated(pairs)
    }
  }
}
