/// The states of one direction in internal coordinates: all branches, one after the other.
struct FitSeries {
  /// What the filter does with a state.
  enum Role {
    /// Scored, and used to correct the filter.
    static let used: UInt8 = 0
    /// Predicted, but not used.
    static let heldOut: UInt8 = 1
    /// The first state of a branch: starts the filter.
    static let start: UInt8 = 2
  }

  /// The states, mapped to [-1, 1] and mirrored for the down direction.
  var states: [Double]
  /// The ``Role`` of each state.
  var roles: [UInt8]
  /// The typical size of a mean step: the scale of its parameters.
  let stepScale: Double

  /// The number of states of each branch.
  let lengths: [Int]

  /// The number of scored states.
  var usedCount: Int { roles.count { $0 == Role.used } }

  /// Takes the branches of one direction out of a curve.
  ///
  /// Branches of one state say nothing about steps (each branch has a start of its own) and are
  /// left out.
  init(_ curve: PulseCurve, _ direction: PulseDirection, middle: Double, half: Double) {
    var states: [Double] = []
    var roles: [UInt8] = []
    var lengths: [Int] = []
    var travel = 0.0
    for branch in curve.branches where branch.direction == direction && branch.states.count > 1 {
      let mapped = branch.states.map { direction.sign * ($0 - middle) / half }
      states += mapped
      roles.append(Role.start)
      roles += [UInt8](repeating: Role.used, count: mapped.count - 1)
      lengths.append(mapped.count)
      // Means of the ends, since single states are noisy.
      let end = max(1, mapped.count / 10)
      let first = mapped.prefix(end).reduce(0, +) / Double(end)
      let last = mapped.suffix(end).reduce(0, +) / Double(end)
      travel += last - first
    }
    self.states = states
    self.roles = roles
    self.lengths = lengths
    let steps = Double(max(1, states.count - lengths.count))
    stepScale = max(abs(travel), 0.02) / steps
  }

  /// A copy in which block `fold` of `folds` is held out.
  ///
  /// The states are cut into `folds + 1` contiguous blocks, of which the first is never held out: a
  /// filter has to have seen something before it can predict.
  func holdingOut(fold: Int, of folds: Int) -> FitSeries {
    var copy = self
    let low = states.count * (fold + 1) / (folds + 1)
    let high = states.count * (fold + 2) / (folds + 1)
    for index in low..<high where roles[index] == Role.used { copy.roles[index] = Role.heldOut }
    return copy
  }
}
