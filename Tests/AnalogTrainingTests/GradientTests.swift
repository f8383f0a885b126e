import AnalogTraining
import ReproducibleNoise
import Testing

/// Gradients are held against central differences of a loss in double precision, written from the definitions.
///
/// Differences over +-1e-5 err by some 1e-10 from the third derivative and 1e-16 / 1e-5 from rounding, which is
/// nothing beside the single precision of what is checked: its entries are below 1, each a sum of at most 240
/// terms through at most five layers, with half a unit in the last place (6e-8) each. Errors add as a walk, to
/// some 1e-6; 1e-5 leaves room. A kink of ReLU or of pooling within 1e-5 of a value would show as a larger difference; with
/// these seeds there is none.
@Suite struct GradientTests {
  static let tolerance = 1e-5

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let image: ImageShape
    let layers: [NetworkLayer]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "sigmoid", image: ImageShape(height: 2, width: 3),
      layers: [
        .fullyConnected(outputs: 5), .activation(.sigmoid), .fullyConnected(outputs: 4),
        .activation(.sigmoid), .fullyConnected(outputs: 3),
      ]),
    Case(
      name: "tanh", image: ImageShape(height: 1, width: 4),
      layers: [
        .fullyConnected(outputs: 6), .activation(.tanh), .fullyConnected(outputs: 3),
      ]),
    Case(
      name: "relu", image: ImageShape(height: 1, width: 4),
      layers: [.fullyConnected(outputs: 6), .activation(.relu), .fullyConnected(outputs: 3)]),
    Case(
      name: "one layer", image: ImageShape(height: 1, width: 4),
      layers: [.fullyConnected(outputs: 3)]),
    Case(
      name: "as LeNet-5", image: ImageShape(height: 10, width: 12),
      layers: [
        .convolution(channels: 3, kernel: 3), .activation(.tanh), .maxPool(size: 2),
        .convolution(channels: 4, kernel: 2), .activation(.tanh), .maxPool(size: 2),
        .fullyConnected(outputs: 5), .activation(.tanh), .fullyConnected(outputs: 3),
      ]),
    Case(
      name: "padding, stride, channels", image: ImageShape(channels: 2, height: 5, width: 6),
      layers: [
        .convolution(channels: 3, kernel: 3, padding: 1, stride: 2), .activation(.sigmoid),
        .convolution(channels: 2, kernel: 2, padding: 1), .activation(.tanh),
        .fullyConnected(outputs: 3),
      ]),
    Case(
      name: "pool before all weights, odd sizes", image: ImageShape(height: 7, width: 5),
      layers: [
        .maxPool(size: 2), .activation(.tanh), .convolution(channels: 2, kernel: 2),
        .fullyConnected(outputs: 3),
      ]),
  ]

  @Test(arguments: cases)
  func gradientsAreDifferencesOfTheLoss(_ item: Case) async throws {
    var random = RandomStream(seed: 11)
    let samples = 3
    let description = try NetworkDescription(image: item.image, layers: item.layers)
    var network = Network(description)
    for layer in network.biases.indices {
      for row in network.biases[layer].indices {
        network.biases[layer][row] = Float(random.uniform(-0.3, 0.3))
      }
    }
    var weights = DigitalWeights(for: description, seed: 5)
    let images = Matrix(
      rows: samples, columns: item.image.count,
      values: (0..<samples * item.image.count).map { _ in Float(random.uniform()) })
    let labels = (0..<samples).map { _ in random.integer(below: 3) }
    let found = try await network.gradients(images: images, labels: labels, products: &weights)
    #expect(found.gradients.count == description.weightShapes.count)

    let reference = ReferenceNetwork(
      image: item.image, layers: item.layers,
      weights: weights.layers.map { $0.weights.values.map(Double.init) },
      biases: network.biases.map { $0.map(Double.init) })
    let pixels = (0..<samples).map { images[row: $0].map(Double.init) }
    #expect(abs(found.loss - reference.loss(pixels, labels)) < Self.tolerance)
    func slope(_ part: WritableKeyPath<ReferenceNetwork, Double>) -> Double {
      var (up, down) = (reference, reference)
      up[keyPath: part] += 1e-5
      down[keyPath: part] -= 1e-5
      return (up.loss(pixels, labels) - down.loss(pixels, labels)) / 2e-5
    }
    var largest = 0.0
    for layer in weights.layers.indices {
      let matrix = found.gradients[layer].matrix
      let shape = description.weightShapes[layer]
      #expect(matrix.rows == shape.rows && matrix.columns == shape.columns)
      for (place, value) in matrix.values.enumerated() {
        let expected = slope(\.weights[layer][place])
        largest = max(largest, abs(expected))
        #expect(abs(Double(value) - expected) < Self.tolerance, "layer \(layer), weight \(place)")
      }
      for (row, value) in found.biasGradients[layer].enumerated() {
        let expected = slope(\.biases[layer][row])
        #expect(abs(Double(value) - expected) < Self.tolerance, "layer \(layer), bias \(row)")
      }
    }
    // Or else a network of zeros would pass.
    #expect(largest > 0.01)
  }

  /// By the definition of the loss: the mean over the batch, so that deltas hold the 1/batch.
  @Test func aBatchIsTheMeanOfItsSamples() async throws {
    let (train, _) = try DataSet.digits()
    let description = try NetworkDescription(
      parsing: "64-8-10", image: train.shape, classes: train.classes)
    let network = Network(description)
    var weights = DigitalWeights(for: description, seed: 2)
    let whole = train.batch(0..<4)
    let all = try await network.gradients(
      images: whole.images, labels: whole.labels, products: &weights)
    var (loss, sum) = (0.0, [Float](repeating: 0, count: 80))
    for index in 0..<4 {
      let (images, labels) = train.batch([index])
      let one = try await network.gradients(images: images, labels: labels, products: &weights)
      loss += one.loss / 4
      for (place, value) in one.gradients[1].matrix.values.enumerated() { sum[place] += value / 4 }
    }
    // Sums of four in single precision, of numbers below 1.
    #expect(abs(all.loss - loss) < 1e-6)
    for (value, expected) in zip(all.gradients[1].matrix.values, sum) {
      #expect(abs(value - expected) < 1e-6)
    }
  }

  /// A row of a convolution's gradient is one position, sample after sample: what tiles fire.
  @Test func positionsOfAConvolutionAreRows() async throws {
    let image = ImageShape(channels: 1, height: 3, width: 3)
    let description = try NetworkDescription(
      image: image,
      layers: [.convolution(channels: 2, kernel: 2), .fullyConnected(outputs: 2)])
    var weights = DigitalWeights(for: description, seed: 1)
    let images = Matrix(rows: 2, columns: 9, values: (0..<18).map { Float($0) / 18 })
    let found = try await Network(description).gradients(
      images: images, labels: [0, 1], products: &weights)
    let first = found.gradients[0]
    #expect(first.inputs.rows == 8 && first.inputs.columns == 4)
    #expect(first.deltas.rows == 8 && first.deltas.columns == 2)
    // The second position of the second sample: the patch from its first row, second column on.
    #expect(Array(first.inputs[row: 5]) == [10, 11, 13, 14].map { Float($0) / 18 })
  }
}
