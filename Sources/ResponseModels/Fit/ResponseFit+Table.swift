import Foundation

extension ResponseFit {
  /// The noise-free fitted curve as the two-column CSV that aihwkit's piecewise-step fit reads.
  ///
  /// aihwkit (`examples/21_fit_device_data.py`, `read_from_file` with `from_pulse_response`)
  /// reads a file without a header: successive states after up pulses in the first column, after
  /// down pulses in the second, equally many. It histograms each column over the range that both
  /// cover and takes the inverse counts as the steps of a `PiecewiseStepDevice`. So this writes the
  /// mean up curve from the low end of the measured window and the mean down curve from its high
  /// end, one state a pulse, each up to the other end or to where its steps fall below 1 % of its
  /// largest. The shorter column is filled up at its beginning with states before the window, which
  /// the histogram leaves out.
  ///
  /// A response with fewer pulses across the window than aihwkit has segments (10 by default)
  /// leaves segments empty there, which divides by zero; use fewer segments.
  ///
  /// - Returns: the text with LF line ends and no header, or nil unless both directions are fitted
  ///   and move at the ends of the window.
  public func piecewiseTableCSV() -> String? {
    guard let up = chosen?.up, let down = chosen?.down, high > low else { return nil }
    let rise = up.step(at: low)
    let fall = down.step(at: high)
    guard rise > 0, fall > 0 else { return nil }
    var rising = Self.meanCurve(up, from: low, to: high)
    var falling = Self.meanCurve(down, from: high, to: low)
    // Two steps before the window are beyond what the other curve overshoots at its end.
    let count = max(rising.count, falling.count)
    let before = low - 2 * max(rise, down.step(at: low))
    let after = high + 2 * max(fall, up.step(at: high))
    rising.insert(contentsOf: [Double](repeating: before, count: count - rising.count), at: 0)
    falling.insert(contentsOf: [Double](repeating: after, count: count - falling.count), at: 0)
    return zip(rising, falling).map { String(format: "%.9g,%.9g\n", $0, $1) }.joined()
  }

  /// The states of pulses from `start` until `end` is reached or the steps die out.
  private static func meanCurve(
    _ side: ResponseSide, from start: Double, to end: Double
  ) -> [Double] {
    let sign = side.direction.sign
    var states = [start]
    var state = start
    var largest = 0.0
    // Bounds the size of the file: a real curve has some thousand pulses.
    while states.count < 100_000, sign * (end - state) > 0 {
      let step = side.step(at: state)
      largest = max(largest, step)
      guard step > 0.01 * largest else { break }
      state += sign * step
      states.append(state)
    }
    return states
  }
}
