import Foundation

/// A programme of pulses for cells of few states, and what their readings say of the symmetric points.
///
/// A cell is brought up to its bound and then pulsed down and up in turn; it is brought down and pulsed up and down
/// in turn; and that many times over. Every reading has its place in the programme, and the mean over all turns has
/// the noise of many readings: single ones, with a write noise of half a step, would tell neither where a pulse began nor
/// how far it went. Means obey the lines of the response whatever the noise, since no pulse but those on the way to a
/// bound is cut off by one. Stochastic pulses have a mean state that the bounds push aside.
struct BoundTurns {
  /// Pulses towards a bound.
  let approach: Int
  /// Pulses in turn after it.
  static let alternating = 6
  /// Turns that are wanted, and the fewest that tell an error.
  static let wanted = 16, fewest = 4
  /// Devices with fewer states than this are measured so: elsewhere single pulses are hidden by noise.
  private static let mostStates = 50.0
  /// Parts of the turns that are left out in turn, for the error.
  private static let parts = 8

  /// What was read, turn by turn: at each place of the programme one reading of each cell of the sample.
  private(set) var turns: [[[Double]]] = []

  /// - Returns: nil for a device of many states.
  init?(_ expected: ResponseExpectation) {
    let states = expected.range / expected.step
    guard states < Self.mostStates else { return nil }
    approach = max(4, Int((0.6 * states).rounded(.up)))
  }

  /// Pulses of a cell in a turn.
  var pulses: Int { 2 * (approach + Self.alternating) }

  /// Bursts of a turn, positive for up; each is followed by a read.
  var bursts: [Int] {
    let inTurn = (0..<Self.alternating).map { $0 % 2 == 0 ? -1 : 1 }
    return [approach] + inTurn + [-approach] + inTurn.map { -$0 }
  }

  mutating func add(_ readings: [[Double]]) { turns.append(readings) }

  /// What is known of a cell of the sample by its own readings.
  enum Finding {
    /// A symmetric point, the variance of its error, and the sum of the slopes that it was divided by.
    case point(Double, variance: Double, slopes: Double)
    /// A single pulse from one bound reaches the other.
    case coarse
    /// No pulse moves it.
    case stuck
  }

  /// - Parameters:
  ///   - cell: its place in the sample.
  ///   - readVariance: of a reading, with what a write leaves.
  ///   - leastSlope: slopes below this cannot be told from none.
  func finding(of cell: Int, readVariance: Double, leastSlope: Double) -> Finding {
    let parts = min(Self.parts, turns.count)
    let means = means(of: cell, without: nil, parts: parts)
    let (top, bottom) = (means[0], means[Self.alternating + 1])
    let error = (2 * readVariance / Double(turns.count)).squareRoot()
    // Four standard deviations: one cell in 30,000.
    guard top - bottom > 4 * error else { return .stuck }
    // Nearer to the other bound the noise of a pulse is cut off.
    let margin = 0.2 * (top - bottom)
    guard means[1] > bottom + margin, means[Self.alternating + 2] < top - margin else {
      return .coarse
    }
    let point = { (means: [Double], turns: Int) in
      Self.point(means, readVariance: readVariance / Double(turns), leastSlope: leastSlope)
    }
    // The jackknife: what leaving out a part of the turns changes.
    let others = (0..<parts).map { part in
      let left = turns.indices.count { $0 % parts != part }
      return point(self.means(of: cell, without: part, parts: parts), left).value
    }
    let variance = others.sampleVariance * Double((parts - 1) * (parts - 1)) / Double(parts)
    let (value, slopes) = point(means, turns.count)
    return .point(value, variance: variance, slopes: slopes)
  }

  /// The mean readings of a cell at each place of the programme.
  private func means(of cell: Int, without part: Int?, parts: Int) -> [Double] {
    let used = turns.indices.filter { $0 % parts != part }
    return turns[0].indices.map { place in
      used.reduce(0) { $0 + turns[$1][place][cell] } / Double(used.count)
    }
  }

  /// Where two lines cross that are laid through mean steps.
  ///
  /// A step begins where a reading with an error was made, and ends another one: the sums of squares and products are
  /// relieved of what these errors add to them (Fuller, Measurement Error Models, 1987, section 1.2).
  private static func point(
    _ means: [Double], readVariance: Double, leastSlope: Double
  ) -> (value: Double, slopes: Double) {
    var (slopes, heights) = (0.0, 0.0)
    for isUp in [true, false] {
      // Places after which a pulse of this polarity follows.
      let starts = (0..<alternating).map { isUp == ($0 % 2 == 1) ? $0 : alternating + 1 + $0 }
      let (from, steps) = (starts.map { means[$0] }, starts.map { means[$0 + 1] - means[$0] })
      let (middle, step, extra) = (
        from.sampleMean, steps.sampleMean, Double(starts.count - 1) * readVariance
      )
      let squares = from.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } - extra
      let products =
        zip(from, steps).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - step) } + extra
      // Beyond 2 a pulse would go further than to the bound.
      let slope = squares > 0 ? min(max(-products / squares, leastSlope / 2), 2) : leastSlope / 2
      slopes += slope
      heights += step + slope * middle
    }
    return (heights / slopes, slopes)
  }
}
