public import DeviceContract

/// What a rule asks one of its arrays to be pulsed with: a train whose cells are counted from the corner of
/// the layer.
///
/// Where the array lies on the device, and what a pulse looks like, the rule does not know.
public struct ArrayPulses: Sendable, Hashable {
  /// Which array of the layer.
  public var array: Int
  /// Rows of the layer.
  public var rows: Range<Int>
  /// Columns of the layer.
  public var columns: Range<Int>
  /// The pulses over these cells.
  public var pattern: PulseTrain.Pattern
  /// Why they are fired.
  public var cause: Cause

  /// Describes pulses.
  public init(
    array: Int, rows: Range<Int>, columns: Range<Int>, pattern: PulseTrain.Pattern,
    cause: Cause = .train
  ) {
    (self.array, self.rows, self.columns) = (array, rows, columns)
    (self.pattern, self.cause) = (pattern, cause)
  }
}
