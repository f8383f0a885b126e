import Foundation

/// Softmax with cross-entropy: the mean over a batch, and its derivative by the outputs.
struct SoftmaxLoss {
  /// The mean of -log(probability of the label).
  let loss: Double
  /// (probability - 1 for the label) / batch.
  let deltas: Matrix

  /// - Throws: ``TrainingDataError`` for labels that are no output, and for a loss that is no number.
  init(outputs: Matrix, labels: [Int]) throws(TrainingDataError) {
    let (samples, classes) = (outputs.rows, outputs.columns)
    guard samples > 0, samples == labels.count else {
      throw TrainingDataError(
        .wrongSize, at: "batch", "\(samples) images with \(labels.count) labels; one each is needed"
      )
    }
    if let wrong = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw TrainingDataError(
        .badValue, at: "label \(wrong + 1) of the batch",
        "\(labels[wrong]) is none of the \(classes) outputs, counted from 0; "
          + "use a network with as many outputs as there are classes")
    }
    var deltas = outputs
    var loss = 0.0
    deltas.values.withUnsafeMutableBufferPointer { buffer in
      guard let values = buffer.baseAddress else { return }
      for sample in 0..<samples {
        let row = values + sample * classes
        var largest = row[0]
        for output in 1..<max(1, classes) where row[output] > largest { largest = row[output] }
        // In double precision, and rounded at the end.
        let powers = (0..<classes).map { exp(Double(row[$0]) - Double(largest)) }
        let sum = powers.reduce(0, +)
        loss += log(sum) + Double(largest) - Double(row[labels[sample]])
        for output in 0..<classes {
          let target = output == labels[sample] ? 1.0 : 0
          row[output] = Float((powers[output] / sum - target) / Double(samples))
        }
      }
    }
    loss /= Double(samples)
    guard loss.isFinite else {
      throw TrainingDataError(
        .notFinite, at: "loss",
        "is \(loss): the outputs of the network are no numbers any more; "
          + "use smaller learning rates, and look whether reads of the device give numbers")
    }
    (self.loss, self.deltas) = (loss, deltas)
  }
}
