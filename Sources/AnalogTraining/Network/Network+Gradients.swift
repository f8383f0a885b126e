extension Network {
  /// The loss of a mini-batch (softmax with cross-entropy, the mean over its images) and its gradients.
  ///
  /// - Parameters:
  ///   - images: one a row.
  ///   - labels: the class of each, from 0.
  ///   - products: holds the weights; one forward product a layer is asked for, and one backward product of each
  ///     weighted layer but the first.
  /// - Returns: the loss, a gradient for each weighted layer, and for each row of its biases.
  /// - Throws: ``TrainingDataError`` for images or labels that do not fit and for a loss that is no number; what
  ///   the products throw.
  public func gradients(
    images: Matrix, labels: [Int], products: inout some WeightProducts
  ) async throws -> (loss: Double, gradients: [LayerGradient], biasGradients: [[Float]]) {
    let (outputs, kept) = try await pass(images, &products)
    let loss = try SoftmaxLoss(outputs: outputs, labels: labels)
    var deltas = loss.deltas
    var gradients: [LayerGradient] = []
    layers: for kept in kept.reversed() {
      switch kept {
      case .outputs(let activation, let outputs):
        deltas = activation.deltas(deltas, outputs: outputs)
      case .largest(let window, let places):
        deltas = window.images(placing: deltas, at: places)
      case .inputs(let inputs, let window):
        if let window {
          deltas = deltas.rows(of: window.positions).transposedBlocks(
            of: deltas.columns / window.positions)
        }
        gradients.append(LayerGradient(inputs: inputs, deltas: deltas))
        let layer = description.weightShapes.count - gradients.count
        // Nothing before the first weighted layer learns.
        guard layer > 0 else { break layers }
        deltas = try await products.backward(deltas, layer: layer)
        Self.check(deltas, inputs.rows, inputs.columns)
        if let window { deltas = window.images(summing: deltas) }
      }
    }
    gradients.reverse()
    return (loss.loss, gradients, gradients.map(\.deltas.columnSums))
  }

  /// What leaves the last layer, one row an image: the largest is the class that the network sees.
  ///
  /// - Throws: ``TrainingDataError`` for images that do not fit; what the products throw.
  public func outputs(
    images: Matrix, products: inout some WeightProducts
  ) async throws -> Matrix {
    // The patches of all images of a test set at once would take hundreds of megabytes.
    let piece = max(1, (1 << 22) / largestSample)
    var values: [Float] = []
    values.reserveCapacity(images.rows * description.outputs)
    for start in stride(from: 0, to: images.rows, by: piece) {
      let end = min(images.rows, start + piece)
      let part = images.values[start * images.columns..<end * images.columns]
      let images = Matrix(rows: end - start, columns: images.columns, values: Array(part))
      values += try await pass(images, &products).outputs.values
    }
    return Matrix(rows: images.rows, columns: description.outputs, values: values)
  }

  /// What a layer leaves for the way back.
  private enum Kept {
    case inputs(Matrix, SlidingWindow?)
    case largest(SlidingWindow, [Int32])
    case outputs(Activation, Matrix)
  }

  private func pass(
    _ images: Matrix, _ products: inout some WeightProducts
  ) async throws -> (outputs: Matrix, kept: [Kept]) {
    guard images.columns == description.image.count else {
      throw TrainingDataError(
        .wrongSize, at: "images",
        "have \(images.columns) values, but the network takes \(description.image), which is "
          + "\(description.image.count); use the network for these images")
    }
    var (values, kept) = (images, [Kept]())
    var layer = 0
    for (index, kind) in description.layers.enumerated() {
      switch kind {
      case .activation(let activation):
        values = activation.values(of: values)
        kept.append(.outputs(activation, values))
      case .maxPool(let size):
        let window = window(of: index, size: size, padding: 0, stride: size)
        let (largest, places) = window.largest(of: values)
        values = largest
        kept.append(.largest(window, places))
      case .fullyConnected:
        kept.append(.inputs(values, nil))
        values = try await product(of: values, layer: layer, &products)
        layer += 1
      case .convolution(_, let kernel, let padding, let stride):
        let window = window(of: index, size: kernel, padding: padding, stride: stride)
        let patches = window.patches(of: values)
        kept.append(.inputs(patches, window))
        values = try await product(of: patches, layer: layer, &products)
          .transposedBlocks(of: window.positions).rows(of: description.shapes[index + 1].count)
        layer += 1
      }
    }
    return (values, kept)
  }

  private func product(
    of inputs: Matrix, layer: Int, _ products: inout some WeightProducts
  ) async throws -> Matrix {
    var values = try await products.forward(inputs, layer: layer)
    Self.check(values, inputs.rows, description.weightShapes[layer].rows)
    values.add(toColumns: biases[layer])
    return values
  }

  /// The loops behind trust the sizes.
  private static func check(_ product: Matrix, _ rows: Int, _ columns: Int) {
    precondition(
      product.rows == rows && product.columns == columns, "a product is (samples x its width)")
  }

  private func window(of index: Int, size: Int, padding: Int, stride: Int) -> SlidingWindow {
    SlidingWindow(
      over: description.shapes[index], into: description.shapes[index + 1], size: size,
      padding: padding, stride: stride)
  }

  /// The most values that one image takes anywhere on its way.
  private var largestSample: Int {
    var largest = description.shapes.map(\.count).max() ?? 1
    for (index, layer) in description.layers.enumerated() {
      guard case .convolution = layer, let shape = layer.weights(of: description.shapes[index])
      else { continue }
      let output = description.shapes[index + 1]
      largest = max(largest, output.height * output.width * shape.columns)
    }
    return largest
  }
}
