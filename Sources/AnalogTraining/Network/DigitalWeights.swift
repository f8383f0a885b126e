/// The weights of a whole network as plain numbers.
public struct DigitalWeights: WeightProducts, Sendable, Hashable, Codable {
  /// One for each weighted layer.
  public var layers: [DigitalLayer]

  /// Holds layers.
  public init(layers: [DigitalLayer]) {
    self.layers = layers
  }

  /// The weights that a network starts from.
  public init(for network: NetworkDescription, seed: UInt64) {
    layers = network.weightShapes.enumerated().map { layer, shape in
      DigitalLayer(weights: Network.initialWeights(shape, layer: layer, seed: seed))
    }
  }

  /// The exact products with the weights of a layer.
  public func forward(_ inputs: Matrix, layer: Int) -> Matrix {
    layers[layer].weights.times(rowsOf: inputs)
  }

  /// The exact products with the transpose.
  public func backward(_ deltas: Matrix, layer: Int) -> Matrix {
    layers[layer].weights.transposedTimes(rowsOf: deltas)
  }

  /// Moves all weights against their gradients.
  public mutating func update(gradients: [LayerGradient], rate: Float) {
    precondition(gradients.count == layers.count, "one gradient a layer")
    for layer in layers.indices { layers[layer].update(gradients[layer], rate: rate) }
  }
}
