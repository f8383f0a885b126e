import Foundation

/// Numbers are kept as the bytes of single precision, little-endian: all of them come back as they were, also those that
/// are not finite, and a checkpoint of a million of them is written in an instant.
extension Matrix: Codable {
  private enum CodingKeys: CodingKey {
    case rows, columns, values
  }

  /// Writes the bytes of the numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    let words = values.map(\.bitPattern.littleEndian)
    try container.encode(words.withUnsafeBytes { Data($0) }, forKey: .values)
  }

  /// Reads numbers; there must be `rows * columns` of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try container.decode(Int.self, forKey: .rows)
    let columns = try container.decode(Int.self, forKey: .columns)
    let bytes = try container.decode(Data.self, forKey: .values)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let size = MemoryLayout<UInt32>.size
    guard rows >= 0, columns >= 0, !overflow, bytes.count % size == 0, bytes.count / size == count
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(bytes.count) bytes do not make \(rows) x \(columns) numbers")
    }
    let values = bytes.withUnsafeBytes { bytes in
      (0..<count).map { place in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: place * size, as: UInt32.self)))
      }
    }
    self.init(rows: rows, columns: columns, values: values)
  }
}
