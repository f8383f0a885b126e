import Foundation
import Testing

/// Whether two runs on like chips found the same, as far as each says that it knows.
enum MapAgreement {
  /// The numbers of a map of 32-bit floats.
  static func numbers(_ map: Data) -> [Float] {
    let bytes = [UInt8](map)
    let start = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
    return stride(from: start, to: bytes.count, by: 4).map { place in
      Float(
        bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) })
    }
  }

  /// Every cell within five standard deviations of the difference, which intervals of 95 % tell: of 64 cells one is
  /// beyond by chance in 1 of 27,000 comparisons, if nothing of the noise is the same in both.
  static func expect(
    _ found: [String: Data], _ expected: [String: Data],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func map(_ name: String, _ maps: [String: Data]) throws -> [Float] {
      numbers(try #require(maps["maps/\(name).npy"]))
    }
    let points = (try map("symmetric-point", found), try map("symmetric-point", expected))
    let widths = (try map("half-width", found), try map("half-width", expected))
    #expect(points.0.count == points.1.count && !points.0.isEmpty, sourceLocation: sourceLocation)
    for cell in points.0.indices {
      let distance = abs(points.0[cell] - points.1[cell])
      let deviation =
        (widths.0[cell] * widths.0[cell] + widths.1[cell] * widths.1[cell]).squareRoot() / 1.96
      #expect(
        distance <= 5 * deviation, "cell \(cell): \(points.0[cell]) and \(points.1[cell])",
        sourceLocation: sourceLocation)
    }
  }
}
