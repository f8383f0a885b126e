/// The size of the matrix of a layer, without a column for the bias.
public struct WeightShape: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The number of outputs: neurons, or channels of a convolution.
  public let rows: Int
  /// The number of inputs: values, or those of one patch.
  public let columns: Int

  /// Describes a matrix.
  public init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
  }

  /// Such as "128 x 784".
  public var description: String { "\(rows) x \(columns)" }
}
