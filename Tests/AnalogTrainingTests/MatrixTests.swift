import AnalogTraining
import ReproducibleNoise
import Testing

@Suite struct MatrixTests {
  /// Single precision sums of n terms differ from double ones by at most n half units in the last place of the
  /// largest partial sum, here below n * 6e-8 * n.
  @Test(arguments: [(3, 5, 1), (10, 33, 4), (17, 16, 7), (1, 1, 9)])
  func productsAreThoseOfTheDefinition(rows: Int, columns: Int, samples: Int) {
    var random = RandomStream(seed: 3, stream: UInt64(rows))
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in Float(random.uniform(-1, 1)) })
    }
    let weights = matrix(rows, columns)
    let (x, d) = (matrix(samples, columns), matrix(samples, rows))
    let (forward, backward) = (weights.times(rowsOf: x), weights.transposedTimes(rowsOf: d))
    for sample in 0..<samples {
      for row in 0..<rows {
        let sum = (0..<columns).reduce(0.0) {
          $0 + Double(weights[row, $1]) * Double(x[sample, $1])
        }
        #expect(abs(Double(forward[sample, row]) - sum) < 6e-8 * Double(columns * columns + 1))
      }
      for column in 0..<columns {
        let sum = (0..<rows).reduce(0.0) {
          $0 + Double(weights[$1, column]) * Double(d[sample, $1])
        }
        #expect(abs(Double(backward[sample, column]) - sum) < 6e-8 * Double(rows * rows + 1))
      }
    }
  }
}
