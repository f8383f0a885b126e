/// Watches how a cell answers on its way, and finds out whether something holds it: its bound, or that it is stuck.
struct BoundWatch: Sendable {
  /// What holds a cell.
  enum Finding: Sendable {
    /// Nothing so far.
    case free
    /// It has answered before, and does no more: its bound.
    case bound
    /// It has not answered at all: it may be stuck, or stand at its bound.
    case silent
  }

  private var isUp: Bool?
  /// Pulses of one polarity that have not moved it, and where they began.
  private(set) var pulses = 0
  private var start: Double
  private var hasMoved = false
  /// The way of the last burst and its pulses, where the next one can be compared with it.
  private var last: (way: Double, pulses: Int)?
  /// Bursts in a row after which the target was further away than the cell seems to get.
  private(set) var hopeless = 0

  init(at weight: Double) { start = weight }

  /// Takes a burst.
  ///
  /// - Parameters:
  ///   - pulses: positive for up.
  ///   - before: what was read before it.
  ///   - reading: what was read after it.
  ///   - target: where the cell is to be brought.
  ///   - step: the expected step of a pulse.
  ///   - range: the length of the window.
  ///   - visible: the least move that is seen.
  mutating func take(
    _ pulses: Int, from before: Double, to reading: Double, target: Double, step: Double,
    range: Double, visible: Double
  ) -> Finding {
    let sign = pulses > 0 ? 1.0 : -1.0
    if isUp != (pulses > 0) {
      var other = BoundWatch(at: before)
      (other.isUp, other.hasMoved) = (pulses > 0, hasMoved)
      self = other
    }
    let left = (target - reading) * sign
    look(at: (reading - before) * sign, pulses: abs(pulses), left: left, visible: visible)
    let way = (reading - start) * sign
    self.pulses += abs(pulses)
    let expected = Double(self.pulses) * step
    if way > visible + 0.05 * expected {
      // It answers: its account begins anew.
      (start, self.pulses, hasMoved) = (reading, 0, true)
    }
    if hopeless >= Self.enough { return .bound }
    let isHeld = expected > 0.1 * range + 3 * visible && left > 5 * max(way, 0)
    guard self.pulses > 0, isHeld, left > visible else { return .free }
    return hasMoved ? .bound : .silent
  }

  /// Two bursts may be an accident.
  private static let enough = 2

  /// Extrapolates steps that get smaller on the way, along a straight line, to where they are none.
  private mutating func look(at way: Double, pulses: Int, left: Double, visible: Double) {
    defer { last = (way, pulses) }
    guard let last, way > visible, last.way > visible else {
      // Moves that are not seen say nothing; the account of silent pulses does.
      return
    }
    let rates = (last.way / Double(last.pulses), way / Double(pulses))
    // A read is wrong by a sixth of what is surely seen.
    let error = visible / 4 * (1 / Double(last.pulses) + 1 / Double(pulses))
    let fall = rates.0 - rates.1
    let reach = fall > 0 ? rates.1 * (last.way + way) / 2 / fall - way / 2 : .infinity
    hopeless = fall > 2 * error && left > 3 * max(reach, 0) + visible ? hopeless + 1 : 0
  }
}
