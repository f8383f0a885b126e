/// The gradient of one layer for a mini-batch, as a sum of outer products.
///
/// dLoss/dW is the sum over the rows s of `deltas[s]` (transposed) times `inputs[s]`. The loss is the mean over
/// the batch, so that deltas hold the 1/batch. A row is a sample, or one position of a sample of a convolution:
/// then they stand sample after sample.
public struct LayerGradient: Sendable, Hashable {
  /// What entered the layer: (rows x columns of the weights).
  public let inputs: Matrix
  /// The derivative of the loss by what left the layer: (rows x rows of the weights).
  public let deltas: Matrix

  /// Pairs inputs with deltas.
  ///
  /// - Precondition: there are as many of one as of the other.
  public init(inputs: Matrix, deltas: Matrix) {
    precondition(inputs.rows == deltas.rows, "as many inputs as deltas")
    (self.inputs, self.deltas) = (inputs, deltas)
  }

  /// The sum itself, in the shape of the weights.
  public var matrix: Matrix {
    inputs.transposedTimes(rowsOf: deltas.transposedBlocks(of: deltas.rows))
  }
}
