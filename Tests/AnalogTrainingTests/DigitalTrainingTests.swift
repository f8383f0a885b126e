import AnalogTraining
import ReproducibleNoise
import Testing

/// Plain SGD on the digits against docs/training.md: 64-32-10, sigmoid, batches of 10
/// (143 whole ones an epoch), rate 0.5, that of the biases 0.1, 60 epochs.
@Suite struct DigitalTrainingTests {
  static func train(
    seed: UInt64, epochs: Int
  ) async throws -> (loss: Double, accuracy: Double) {
    let (train, test) = try DataSet.digits()
    let description = try NetworkDescription(
      parsing: "64-32-10", image: train.shape, classes: train.classes)
    var network = Network(description)
    var weights = DigitalWeights(for: description, seed: seed)
    var (order, random) = (Array(0..<train.count), RandomStream(seed: seed, stream: 1))
    var loss = 0.0
    for _ in 0..<epochs {
      order.shuffle(using: &random)
      loss = 0
      for batch in 0..<train.count / 10 {
        let (images, labels) = train.batch(order[batch * 10..<batch * 10 + 10])
        let found = try await network.gradients(
          images: images, labels: labels, products: &weights)
        weights.update(gradients: found.gradients, rate: 0.5)
        network.step(biases: found.biasGradients, rate: 0.1)
        loss += found.loss / Double(train.count / 10)
      }
    }
    let outputs = try await network.outputs(images: test.images, products: &weights)
    let right = (0..<test.count).filter { sample in
      let row = Array(outputs[row: sample])
      return row.firstIndex(of: row.max() ?? 0) == test.labels[sample]
    }
    return (loss, Double(right.count) / Double(test.count))
  }

  /// The reference has 98.33 +- 0.34 % and a loss of 0.00916 +- 0.00053 over five seeds.
  ///
  /// Its permutation of the digits is another one, so that other images test: with 360 of them an accuracy near
  /// 0.983 has a binomial spread of 0.68 points. Together 0.76 points a seed, and 0.54 + 0.24 for the
  /// mean of two against that of five: 3 spreads of that, 1.8 points, and no upper bound. Other images also train;
  /// what that does to the loss is not known from one permutation, so that 4 spreads of one seed are allowed. Less
  /// than one run in a hundred fails by chance.
  @Test func plainSGDLearnsTheDigitsAsTheReference() async throws {
    var (loss, accuracy) = (0.0, 0.0)
    for seed in [UInt64(1), 2] {
      let run = try await Self.train(seed: seed, epochs: 60)
      print("plain SGD on digits, seed \(seed): loss \(run.loss), accuracy \(run.accuracy)")
      loss += run.loss / 2
      accuracy += run.accuracy / 2
    }
    #expect(abs(loss - 0.00916) < 4 * 0.00053)
    #expect(accuracy > 0.9833 - 0.018)
  }

  @Test func aSeedGivesTheSameBits() async throws {
    let first = try await Self.train(seed: 3, epochs: 1)
    let again = try await Self.train(seed: 3, epochs: 1)
    let other = try await Self.train(seed: 4, epochs: 1)
    #expect(first == again)
    #expect(first.loss != other.loss)
  }
}
