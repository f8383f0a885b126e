public import DeviceContract
public import SymmetricPoint

/// Writes states into the cells of an array, in a closed loop: pulses, a read, pulses by what was read.
///
/// Each cell learns the size of its steps from its own moves, for each polarity, so that it comes near with few
/// bursts and is not pushed to and fro around its target: it is left where it is once it is within the tolerance, or
/// within half a step where that is more. Cells that need most pulses go first, and all come to their ends
/// together: a cell that is done early is half-selected by all pulses of the others.
public struct WriteVerify: Sendable, Hashable {
  /// What is expected of the cells.
  public var expected: ResponseExpectation
  /// The distance from its target at which a cell is done, as a weight.
  public var tolerance: Double
  /// Samples averaged into each read.
  public var averages: Int
  /// The most pulses of any one cell.
  public var mostPulses: Int
  /// The most rounds of pulses and a read.
  public var mostRounds = 100
  /// How idle lines are held.
  public var scheme: BiasScheme
  /// The mean step of each cell at its target, where a calibration has told it (``ReferenceMap/Cell/step``).
  public var steps: [Float?]?

  /// Describes what is to be done.
  public init(
    _ expected: ResponseExpectation, tolerance: Double, averages: Int, mostPulses: Int,
    scheme: BiasScheme = .halfVoltage, steps: [Float?]? = nil
  ) {
    precondition(tolerance > 0 && averages > 0 && mostPulses > 0, "an aim and means are needed")
    (self.expected, self.tolerance, self.averages) = (expected, tolerance, averages)
    (self.mostPulses, self.scheme, self.steps) = (mostPulses, scheme, steps)
  }

  /// How many samples to average into a read: until what is left is a fifth of the tolerance, or a fifth of a step
  /// where that is more; at most 16.
  public static func averages(
    tolerance: Double, expected: ResponseExpectation, converter: ConverterCapability
  ) -> Int {
    let ratio = converter.noise / (max(tolerance, expected.step) / 5)
    return min(max(1, Int((ratio * ratio).rounded(.up))), 16, converter.mostAverages)
  }

  /// The most pulses that any cell should take: twice the way through the whole window.
  public static func mostPulsesUnasked(_ expected: ResponseExpectation) -> Int {
    Int(min(2 * expected.range / expected.step, 1e8)) + 100
  }
}
