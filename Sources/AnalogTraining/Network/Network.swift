import Foundation
import ReproducibleNoise

/// A network whose weights are elsewhere: its layers, and the digital biases.
public struct Network: Sendable, Hashable, Codable {
  /// What it is made of.
  public let description: NetworkDescription
  /// One number a row of each weighted layer, kept digitally and trained by plain SGD of its own rate.
  public var biases: [[Float]]

  /// A network whose biases are 0.
  public init(_ description: NetworkDescription) {
    self.description = description
    biases = description.weightShapes.map { Array(repeating: 0, count: $0.rows) }
  }

  /// Weights to start from: uniform within +-1 / sqrt(columns).
  ///
  /// Each layer draws from a stream of its own, so that a layer's weights do not depend on the others.
  public static func initialWeights(_ shape: WeightShape, layer: Int, seed: UInt64) -> Matrix {
    var random = RandomStream(seed: seed, stream: weightStreams | UInt64(layer))
    let bound = 1 / Double(shape.columns).squareRoot()
    return Matrix(
      rows: shape.rows, columns: shape.columns,
      values: (0..<shape.rows * shape.columns).map { _ in Float(random.uniform(-bound, bound)) })
  }

  /// Apart from those that training draws pulses from.
  private static let weightStreams: UInt64 = 7 << 48

  /// Moves the biases against their gradients.
  public mutating func step(biases gradients: [[Float]], rate: Float) {
    precondition(gradients.map(\.count) == biases.map(\.count), "gradients of these biases")
    for layer in biases.indices {
      for row in biases[layer].indices { biases[layer][row] -= rate * gradients[layer][row] }
    }
  }

  private enum CodingKeys: CodingKey {
    case description, biases
  }

  /// Reads a network; the biases must be those of its layers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try container.decode(NetworkDescription.self, forKey: .description))
    let stored = try container.decode([[Float]].self, forKey: .biases)
    guard stored.map(\.count) == biases.map(\.count), stored.joined().allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(
        forKey: .biases, in: container,
        debugDescription: "biases must be one number for each row of each layer with weights")
    }
    biases = stored
  }
}
