import ReproducibleNoise
import Testing

@testable import AnalogTraining

/// Converters, their noise, and what keeps signals within them.
@Suite struct PeripheryTests {
  /// A test set that is multiplied piece by piece has the noise of one that is multiplied at once.
  @Test func piecesOfImagesHaveNoiseOfTheirOwn() {
    let weights = [Matrix(rows: 3, columns: 2, values: [0.1, 0.2, -0.3, 0.4, 0.5, -0.6])]
    let images = Matrix(rows: 4, columns: 2, repeating: 0.5)
    let piece = Matrix(rows: 2, columns: 2, repeating: 0.5)
    func products() -> PeripheralProducts {
      PeripheralProducts(
        weights: weights, periphery: .paper, noise: StepNoise(seed: 6, step: 1))
    }
    var (whole, parts) = (products(), products())
    let first = parts.forward(piece, layer: 0)
    let second = parts.forward(piece, layer: 0)
    #expect(first != second)
    #expect(whole.forward(images, layer: 0).values == first.values + second.values)
  }

  static func quiet() -> Periphery {
    var periphery = Periphery.paper
    periphery.outputNoise = 0
    return periphery
  }

  @Test func anIdealPeripheryDoesNothing() {
    var random = RandomStream(seed: 1)
    let inputs = Matrix(rows: 1, columns: 2, values: [100, 1e-6])
    #expect(Periphery.ideal.products(of: inputs, using: &random) { $0 } == inputs)
    #expect(Periphery.ideal.read([1.234567], using: &random) == [1.234567])
  }

  /// Steps of 2 / 126 of the largest input, and of 24 / 510 of the output.
  @Test func inputsAndOutputsAreQuantised() {
    var random = RandomStream(seed: 1)
    let inputs = Matrix(rows: 1, columns: 3, values: [4, 1, -0.02])
    var seen: [Float] = []
    let outputs = Self.quiet().products(of: inputs, using: &random) {
      seen = $0.values
      return Matrix(rows: 1, columns: 3, values: [0.02, 0.03, -1])
    }
    for (value, steps) in zip(seen, [Float(63), 16, 0]) {
      #expect(abs(value * 63 - steps) < 1e-4, "an input is scaled by the largest, 4")
    }
    for (value, steps) in zip(outputs.values, [Float(0), 1, -21]) {
      #expect(abs(value - 4 * steps * 24 / 510) < 1e-5)
    }
  }

  /// An output of 30 with inputs of 1 fits into 12 at the second halving.
  @Test func boundManagementHalvesUntilItFits() {
    var random = RandomStream(seed: 1)
    var tries: [Int] = []
    let inputs = Matrix(rows: 2, columns: 1, values: [1, 1])
    let product = { (inputs: Matrix) -> Matrix in
      tries.append(inputs.rows)
      // Only the second sample is too large: it stands last among those that are tried.
      return Matrix(
        rows: inputs.rows, columns: 1,
        values: inputs.values.enumerated().map {
          $0.offset == inputs.rows - 1 ? 30 * $0.element : $0.element
        })
    }
    let outputs = Self.quiet().products(of: inputs, using: &random, product: product)
    #expect(tries == [2, 1, 1])
    // Steps of the input, a quarter is 16 of 63, and of the output, times 4.
    #expect(abs(outputs.values[1] - 30 * 4 * 16 / 63) < 4 * 12 / 510)
    tries = []
    var cut = Self.quiet()
    cut.boundManagement = .none
    #expect(cut.products(of: inputs, using: &random, product: product).values[1] == 12)
    #expect(tries == [2])
  }

  @Test func whatNeverFitsIsCutOff() {
    var random = RandomStream(seed: 1)
    var tries = 0
    let outputs = Self.quiet().products(
      of: Matrix(rows: 1, columns: 1, values: [1]), using: &random
    ) { _ in
      tries += 1
      return Matrix(rows: 1, columns: 1, values: [100])
    }
    #expect(tries == 11 && outputs.values == [12 * 1_024])
  }

  /// The noise of a read.
  ///
  /// 10,000 outputs: a standard deviation of the standard deviation is 0.06 / sqrt(20,000); 5 of them fail in less than
  /// one run in a million. The converter adds step^2 / 12.
  @Test func outputsHaveTheNoiseThatIsSet() {
    let seed: UInt64 = 21
    var random = RandomStream(seed: seed)
    let found = Periphery.paper.read(Array(repeating: 0.5, count: 10_000), using: &random)
    let mean = found.reduce(0, +) / 10_000
    let variance = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 9_999
    let step: Float = 24.0 / 510
    let expected = (0.06 * 0.06 + step * step / 12).squareRoot()
    print("noise of a read, seed \(seed): \(variance.squareRoot()), expected \(expected)")
    #expect(abs(variance.squareRoot() - expected) < 5 * expected / Float(20_000).squareRoot())
    #expect(abs(mean - 0.5) < 5 * expected / 100)
  }
}
