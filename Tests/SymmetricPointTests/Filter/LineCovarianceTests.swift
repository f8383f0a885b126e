import Foundation
import ReproducibleNoise
import Testing

@testable import SymmetricPoint

@Suite struct LineCovarianceTests {
  /// A positive definite matrix: the product of a random one with itself.
  static func random(_ stream: inout RandomStream) -> LineCovariance {
    var factor = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 {
      for row in 0..<4 {
        factor[column][row] = Double(stream.next() >> 11) / Double(1 << 53) - 0.5
      }
    }
    var product = LineCovariance(diagonal: SIMD4(repeating: 0.01))
    for column in 0..<4 {
      for other in 0..<4 { product[column] += factor[other] * factor[other][column] }
    }
    return product
  }

  static func distance(_ left: LineCovariance, _ right: LineCovariance) -> Double {
    (0..<4).map { column in
      (0..<4).map { abs(left[column][$0] - right[column][$0]) }.max() ?? 0
    }.max() ?? 0
  }

  @Test func eigenvectorsMakeTheMatrix() {
    var stream = RandomStream(seed: 9, stream: 0)
    for _ in 0..<50 {
      let matrix = Self.random(&stream)
      let (values, vectors) = matrix.eigenvectors
      for place in 0..<4 {
        let difference = matrix.times(vectors[place]) - vectors[place] * values[place]
        #expect((difference * difference).sum() < 1e-24)
        #expect(abs((vectors[place] * vectors[place]).sum() - 1) < 1e-12)
      }
    }
  }

  /// In directions of its own each ratio of variances is raised to the power; mixed directions change nothing of that.
  @Test func smallChangesAreRaisedInTheirOwnDirections() {
    var stream = RandomStream(seed: 10, stream: 0)
    for _ in 0..<50 {
      let (earlier, other) = (Self.random(&stream), Self.random(&stream))
      // No change, and a large one, stay as they are.
      #expect(Self.distance(earlier.beyond(earlier, power: 5, for: 0.85...1.15), earlier) < 1e-12)
      #expect(Self.distance(other.beyond(earlier, power: 5, for: 0.999...1.001), other) < 1e-10)
      // The same small change in all directions is a factor.
      var smaller = earlier
      for column in 0..<4 { smaller[column] *= 0.95 }
      var wanted = earlier
      for column in 0..<4 { wanted[column] *= pow(0.95, 5) }
      #expect(Self.distance(smaller.beyond(earlier, power: 5, for: 0.85...1.15), wanted) < 1e-12)
    }
  }
}
