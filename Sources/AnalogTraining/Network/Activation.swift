import TrainingKernels

/// A function of each output of a layer.
public enum Activation: String, Codable, Hashable, Sendable, CaseIterable {
  /// 1 / (1 + exp(-x)).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// x where it is positive, else 0.
  case relu

  private var kernel: Int32 {
    switch self {
    case .sigmoid: Int32(TRAINING_SIGMOID)
    case .tanh: Int32(TRAINING_TANH)
    case .relu: Int32(TRAINING_RELU)
    }
  }

  /// The function of every number.
  func values(of inputs: Matrix) -> Matrix {
    var outputs = inputs
    outputs.values.withUnsafeMutableBufferPointer {
      training_activate(kernel, Int64($0.count), $0.baseAddress)
    }
    return outputs
  }

  /// Deltas at the outputs taken to the inputs; the derivative follows from the output alone.
  func deltas(_ deltas: Matrix, outputs: Matrix) -> Matrix {
    precondition(deltas.values.count == outputs.values.count, "as many deltas as outputs")
    var result = deltas
    result.values.withUnsafeMutableBufferPointer { deltas in
      outputs.values.withUnsafeBufferPointer { outputs in
        training_activation_back(
          kernel, Int64(deltas.count), outputs.baseAddress, deltas.baseAddress)
      }
    }
    return result
  }
}
