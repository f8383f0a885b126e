import ReproducibleNoise

/// Products with weights that were read back, through the converters of a periphery.
struct PeripheralProducts: WeightProducts {
  /// The weights of each layer.
  let weights: [Matrix]
  let periphery: Periphery
  /// Where the noise of each product comes from, one stream a layer: products that are made in pieces draw on, and
  /// do not begin again.
  private var forwardNoise: [RandomStream]
  private var backwardNoise: [RandomStream]

  init(weights: [Matrix], periphery: Periphery, noise: StepNoise) {
    (self.weights, self.periphery) = (weights, periphery)
    forwardNoise = weights.indices.map { noise.stream(.forward, layer: $0) }
    backwardNoise = weights.indices.map { noise.stream(.backward, layer: $0) }
  }

  mutating func forward(_ inputs: Matrix, layer: Int) -> Matrix {
    periphery.products(of: inputs, using: &forwardNoise[layer]) {
      weights[layer].times(rowsOf: $0)
    }
  }

  mutating func backward(_ deltas: Matrix, layer: Int) -> Matrix {
    periphery.products(of: deltas, using: &backwardNoise[layer]) {
      weights[layer].transposedTimes(rowsOf: $0)
    }
  }
}

/// The random numbers of one step: a stream for each purpose and layer, so that none depends on what others
/// have drawn, and a training that is gone on with draws the same.
struct StepNoise: Sendable, Hashable {
  enum Purpose: UInt64 {
    // The numbers stand: the results of a seed depend on them.
    case shuffle = 1
    case forward = 3
    case backward, update, transfer, column, evaluation
  }

  let seed: UInt64
  let step: Int

  func stream(_ purpose: Purpose, layer: Int = 0) -> RandomStream {
    // Steps take 40 bits, layers 12, purposes the rest.
    RandomStream(
      seed: seed, stream: purpose.rawValue << 52 | UInt64(layer) << 40 | UInt64(step))
  }
}
