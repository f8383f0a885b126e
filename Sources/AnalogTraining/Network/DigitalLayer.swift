import TrainingKernels

/// Weights of one layer as plain numbers, trained by plain SGD: the baseline that analog tiles are held against.
public struct DigitalLayer: Sendable, Hashable, Codable {
  /// (outputs x inputs).
  public var weights: Matrix

  /// Holds weights.
  public init(weights: Matrix) {
    self.weights = weights
  }

  /// Moves the weights by -rate * dLoss/dW.
  public mutating func update(_ gradient: LayerGradient, rate: Float) {
    let slope = gradient.matrix
    precondition(
      slope.rows == weights.rows && slope.columns == weights.columns, "a gradient of these weights")
    weights.values.withUnsafeMutableBufferPointer { weights in
      slope.values.withUnsafeBufferPointer { slope in
        training_step(Int64(slope.count), rate, slope.baseAddress, weights.baseAddress)
      }
    }
  }
}
