import AnalogTraining
import Testing

@Suite struct DataSetTests {
  /// The counts of classes are those that scikit-learn documents for its copy of this set's test part.
  @Test func theDigitsAreWhole() throws {
    let (train, test) = try DataSet.digits()
    #expect(train.count == 1437 && test.count == 360)
    #expect(train.shape == ImageShape(height: 8, width: 8) && train.classes == 10)
    var counts = [Int](repeating: 0, count: 10)
    for label in train.labels + test.labels { counts[label] += 1 }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    let values = train.images.values + test.images.values
    #expect(values.allSatisfy { $0 * 16 == ($0 * 16).rounded() })
    #expect(values.max() == 1 && values.min() == 0)
    // In the file's order the first ten labels are 0 to 9; permuted that has a chance of 1e-10.
    #expect(Array(train.labels[..<10]) != Array(0..<10))
    #expect(try DataSet.digits().train == train)
  }

  private let shape = ImageShape(height: 1, width: 2)

  private func make(_ values: [Float], _ labels: [Int]) throws -> DataSet {
    try DataSet(
      name: "made", images: Matrix(rows: values.count / 2, columns: 2, values: values),
      labels: labels, classes: 2, shape: shape)
  }

  @Test func partsThatDoNotFitAreRefused() throws {
    _ = try make([0, 1, 0.5, 0.5], [0, 1])
    for (values, labels) in [
      ([0, 1], [0, 1]), ([], []), ([0, 1], [2]), ([0, 1], [-1]), ([0, 1.01], [0]),
      ([-0.01, 1], [0]), ([.nan, 1], [0]),
    ] as [([Float], [Int])] {
      #expect(throws: TrainingDataError.self) { try make(values, labels) }
    }
    #expect(throws: TrainingDataError.self) {
      try DataSet(
        name: "made", images: Matrix(rows: 1, columns: 2), labels: [0], classes: 2,
        shape: ImageShape(height: 2, width: 2))
    }
  }

  @Test func splitsAndBatchesKeepImagesWithTheirLabels() throws {
    let data = try make([0, 0.1, 0.2, 0.3, 0.4, 0.5], [0, 1, 0])
    let (train, test) = try data.split(train: 2)
    #expect(train.images.values == [0, 0.1, 0.2, 0.3] && train.labels == [0, 1])
    #expect(test.images.values == [0.4, 0.5] && test.labels == [0])
    let batch = data.batch([2, 0])
    #expect(batch.images.values == [0.4, 0.5, 0, 0.1] && batch.labels == [0, 0])
    for count in [0, 3, -1, 4] {
      #expect(throws: TrainingDataError.self) { try data.split(train: count) }
    }
  }
}
