/// Contiguous records of states in internal coordinates, one after the other.
///
/// Branches that start from an unknown state are records of their own, and those of each direction
/// make a series. Where the state before a branch was measured, its pulses continue the record of
/// the branch before; then one series has the pulses of both directions, since the noise of a state
/// is in the step before and in the step after it.
struct FitSeries {
  /// What the filter does with a state.
  enum Role {
    /// Scored, and used to correct the filter.
    static let used: UInt8 = 0
    /// Predicted, but not used.
    static let heldOut: UInt8 = 1
    /// The first state of a record: starts the filter.
    static let start: UInt8 = 2
  }

  /// The states, mapped to [-1, 1] and mirrored if the first direction is down.
  var states: [Double]
  /// The ``Role`` of each state.
  var roles: [UInt8]
  /// The direction of the pulse before each state: a place in ``sides``.
  let pulses: [UInt8]
  /// The places in the model of the directions of this series.
  let sides: [Int]
  /// The typical size of a mean step of each of ``sides``: the scale of its parameters.
  let stepScales: [Double]

  /// The number of states of each record.
  let lengths: [Int]
  /// The number of states that are there only as the state before a branch.
  private let precedingCount: Int

  /// The number of scored states.
  var usedCount: Int { roles.count { $0 == Role.used } }

  /// The number of states after pulses.
  var pulsedCount: Int { states.count - precedingCount }

  /// Takes the branches of one direction out of a curve; see the other initialiser.
  init(_ curve: PulseCurve, _ direction: PulseDirection, middle: Double, half: Double) {
    self.init(curve, [direction], sides: [0], middle: middle, half: half)
  }

  /// Takes the branches of some directions out of a curve.
  ///
  /// Branches of one state that nothing precedes say nothing about steps and are left out.
  init(
    _ curve: PulseCurve, _ directions: [PulseDirection], sides: [Int], middle: Double, half: Double
  ) {
    let mirror = directions.first?.sign ?? 1
    var states: [Double] = []
    var roles: [UInt8] = []
    var pulses: [UInt8] = []
    var lengths: [Int] = []
    var precedingCount = 0
    var travel = [Double](repeating: 0, count: directions.count)
    var steps = [Int](repeating: 0, count: directions.count)
    // The state that the record has come to, or nil if the last branch was left out.
    var reached: Double?
    for branch in curve.branches {
      guard let place = directions.firstIndex(of: branch.direction),
        branch.states.count > (branch.start == nil ? 1 : 0)
      else {
        reached = nil
        continue
      }
      let measured = (branch.start.map { [$0] } ?? []) + branch.states
      let mapped = measured.map { mirror * ($0 - middle) / half }
      if let start = branch.start, start == reached {
        states += mapped.dropFirst()
        lengths[lengths.count - 1] += mapped.count - 1
      } else {
        if branch.start != nil { precedingCount += 1 }
        states += mapped
        roles.append(Role.start)
        pulses.append(UInt8(place))
        lengths.append(mapped.count)
      }
      roles += [UInt8](repeating: Role.used, count: mapped.count - 1)
      pulses += [UInt8](repeating: UInt8(place), count: mapped.count - 1)
      reached = branch.states.last
      // Means of the ends, since single states are noisy.
      let end = max(1, mapped.count / 10)
      let first = mapped.prefix(end).reduce(0, +) / Double(end)
      let last = mapped.suffix(end).reduce(0, +) / Double(end)
      travel[place] += mirror * branch.direction.sign * (last - first)
      steps[place] += mapped.count - 1
    }
    self.states = states
    self.roles = roles
    self.pulses = pulses
    self.sides = sides
    self.lengths = lengths
    self.precedingCount = precedingCount
    stepScales = zip(travel, steps).map { max(abs($0), 0.02) / Double(max(1, $1)) }
  }

  /// The states after pulses of a side, mirrored as those of the side are; nil if it is not here.
  func states(ofSide side: Int) -> [Double]? {
    guard let place = sides.firstIndex(of: side) else { return nil }
    let sign: Double = place == 0 ? 1 : -1
    return states.indices.filter { pulses[$0] == UInt8(place) }.map { sign * states[$0] }
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
