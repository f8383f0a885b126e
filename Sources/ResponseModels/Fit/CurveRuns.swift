/// Gathers the pulses of a record into runs of equal polarity.
struct CurveRuns {
  private var closed: [PulseCurve.Branch] = []
  private var direction: PulseDirection?
  private var start: Double?
  private var states: [Double] = []
  private var times: [Double] = []
  /// The index of the last pulse, if the pulses have one.
  private(set) var index: Double?

  /// The runs so far.
  var branches: [PulseCurve.Branch] {
    var all = closed
    close(into: &all)
    return all
  }

  private func close(into branches: inout [PulseCurve.Branch]) {
    guard let direction else { return }
    branches.append(
      PulseCurve.Branch(direction: direction, states: states, times: times, start: start))
  }

  /// Takes the next pulse.
  ///
  /// After a gap in the index, the state from which the pulse started is not known.
  mutating func append(
    _ state: Double, _ direction: PulseDirection, index: Double?, time: Double?
  ) {
    let isNext = if let index, let last = self.index { index == last + 1 } else { true }
    if direction != self.direction || !isNext {
      let last = states.last
      close(into: &closed)
      self.direction = direction
      start = isNext ? last : nil
      states = []
      times = []
    }
    states.append(state)
    if let time { times.append(time) }
    self.index = index
  }
}
