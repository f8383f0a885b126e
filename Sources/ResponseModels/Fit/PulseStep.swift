/// The mean change of the state by a pulse of either direction, in the coordinate of a series.
///
/// The coordinate is that of the first direction; the other one is mirrored.
struct PulseStep {
  let first: StepFunction
  let second: StepFunction

  /// Takes the parameters of one side, or of two sides one after the other.
  init(_ shape: ResponseShape, _ parameters: UnsafePointer<Double>, count: Int, sides: Int) {
    first = StepFunction(shape: shape, parameters: parameters, count: count)
    second =
      sides > 1
      ? StepFunction(shape: shape, parameters: parameters + count, count: count) : first
  }

  /// The change at `x` by a pulse of the side `pulse`, and its derivative.
  @inline(__always)
  func callAsFunction(_ x: Double, _ pulse: UInt8) -> (step: Double, slope: Double) {
    if pulse == 0 { return first(x) }
    let (step, slope) = second(-x)
    return (-step, slope)
  }
}
