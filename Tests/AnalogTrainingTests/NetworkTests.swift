import AnalogTraining
import Foundation
import Testing

/// Counts what is asked of it, and may answer with something that is no number.
private struct CountedWeights: WeightProducts {
  var weights: DigitalWeights
  var forward: [Int] = []
  var backward: [Int] = []
  var answer: Float?

  mutating func forward(_ inputs: Matrix, layer: Int) -> Matrix {
    forward.append(layer)
    var result = weights.forward(inputs, layer: layer)
    // Of a convolution the second position: not the one that a pooling square begins with.
    if let answer, layer == 0 { result[1, 0] = answer }
    return result
  }

  mutating func backward(_ deltas: Matrix, layer: Int) -> Matrix {
    backward.append(layer)
    return weights.backward(deltas, layer: layer)
  }
}

@Suite struct NetworkTests {
  let image = ImageShape(height: 8, width: 8)

  @Test func noProductIsAskedForThatNobodyNeeds() async throws {
    let description = try NetworkDescription(parsing: "64-7-6-10", image: image, classes: 10)
    var products = CountedWeights(weights: DigitalWeights(for: description, seed: 1))
    _ = try await Network(description).gradients(
      images: Matrix(rows: 2, columns: 64, repeating: 0.5), labels: [1, 2], products: &products)
    #expect(products.forward == [0, 1, 2])
    #expect(products.backward == [2, 1])
  }

  /// A NaN is seen at the loss whatever it passes: comparisons of ReLU and pooling must not drop it.
  @Test(arguments: [Float.nan, .infinity, -.infinity], [Activation.relu, .sigmoid, .tanh])
  func aLossThatIsNoNumberIsAnError(answer: Float, activation: Activation) async throws {
    let description = try NetworkDescription(
      image: image,
      layers: [
        .convolution(channels: 2, kernel: 3), .activation(activation), .maxPool(size: 2),
        .fullyConnected(outputs: 3),
      ])
    var products = CountedWeights(
      weights: DigitalWeights(for: description, seed: 1), answer: answer)
    let network = Network(description)
    let images = Matrix(rows: 1, columns: 64, repeating: 0.5)
    // Infinities may saturate, or be cut off below 0; the loss is then a number.
    let isTamed = answer.isInfinite && (activation != .relu || answer < 0)
    do {
      let loss = try await network.gradients(images: images, labels: [0], products: &products).loss
      #expect(isTamed && loss.isFinite)
    } catch {
      let error = try #require(error as? TrainingDataError)
      #expect(error.code == .notFinite && !isTamed)
      #expect(error.description.contains("learning rates"))
    }
  }

  @Test func labelsBeyondTheOutputsAndOtherImagesAreRefused() async throws {
    let description = try NetworkDescription(parsing: "64-10", image: image, classes: 10)
    var weights = DigitalWeights(for: description, seed: 1)
    let network = Network(description)
    let good = Matrix(rows: 2, columns: 64, repeating: 0.5)
    for (images, labels, code) in [
      (good, [0, 10], TrainingDataError.Code.badValue), (good, [-1, 1], .badValue),
      (good, [1], .wrongSize), (Matrix(rows: 0, columns: 64), [], .wrongSize),
      (Matrix(rows: 2, columns: 63), [0, 1], .wrongSize),
    ] {
      do {
        _ = try await network.gradients(images: images, labels: labels, products: &weights)
        Issue.record("\(labels) passed")
      } catch {
        #expect((error as? TrainingDataError)?.code == code)
      }
    }
  }

  /// A product of many images is made in pieces; each image's outputs are those of it alone, bit for bit.
  @Test func outputsDoNotDependOnTheirCompany() async throws {
    let shape = ImageShape(height: 28, width: 28)
    let description = try NetworkDescription(parsing: "lenet5", image: shape, classes: 10)
    var weights = DigitalWeights(for: description, seed: 4)
    let network = Network(description)
    // 576 positions of patches of 25, so that a piece is 4,194,304 / 14,400 = 291 images.
    let count = 293
    let values = (0..<count * 784).map { Float($0 % 251) / 251 }
    let all = try await network.outputs(
      images: Matrix(rows: count, columns: 784, values: values), products: &weights)
    #expect(all.rows == count && all.columns == 10)
    for index in [0, 290, 291, 292] {
      let one = Matrix(
        rows: 1, columns: 784, values: Array(values[index * 784..<(index + 1) * 784]))
      let alone = try await network.outputs(images: one, products: &weights)
      #expect(alone.values == Array(all[row: index]))
    }
  }

  @Test func initialWeightsFillTheirInterval() {
    let shape = WeightShape(rows: 100, columns: 64)
    let weights = Network.initialWeights(shape, layer: 0, seed: 3).values
    // The largest of 6,400 uniform numbers misses its bound by a hundredth with probability
    // 0.995^6400 = 1e-14.
    #expect(weights.allSatisfy { abs($0) <= 0.125 })
    #expect((weights.max() ?? 0) > 0.99 * 0.125)
    #expect((weights.min() ?? 0) < -0.99 * 0.125)
    #expect(weights == Network.initialWeights(shape, layer: 0, seed: 3).values)
    #expect(weights != Network.initialWeights(shape, layer: 1, seed: 3).values)
    #expect(weights != Network.initialWeights(shape, layer: 0, seed: 4).values)
  }

  @Test func aNetworkIsStoredAndItsBiasesAreChecked() throws {
    let description = try NetworkDescription(parsing: "64-3-10", image: image, classes: 10)
    var network = Network(description)
    network.step(
      biases: [[1, 2, 3], Array(repeating: 0.5, count: 10)], rate: 0.1)
    #expect(network.biases[0] == [1, 2, 3].map { Float(0) - Float(0.1) * $0 })
    let stored = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(Network.self, from: stored) == network)
    let text = String(decoding: stored, as: UTF8.self)
    let shorter = text.replacingOccurrences(of: "-0.1,", with: "")
    #expect(shorter != text)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Network.self, from: Data(shorter.utf8))
    }
    // Kernels trust the sizes of a matrix.
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        Matrix.self, from: Data(#"{"rows": 2, "columns": 3, "values": [1, 2]}"#.utf8))
    }
    #expect(throws: DecodingError.self) {
      let rows = Int.max
      return try JSONDecoder().decode(
        Matrix.self, from: Data(#"{"rows": \#(rows), "columns": 3, "values": []}"#.utf8))
    }
  }
}
