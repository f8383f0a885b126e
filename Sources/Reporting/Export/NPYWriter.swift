public import Foundation

/// Writes arrays as NumPy `.npy` files, for `numpy.load`.
///
/// The format is version 1.0 of the NumPy Enhancement Proposal 1, "A Simple File Format for NumPy
/// Arrays": little-endian, C order (the last index runs fastest), the data at a multiple of 64 bytes.
public enum NPYWriter {
  /// The bytes of a file with a list of values, shape `(count,)`.
  public static func encode<Element: NPYElement>(_ values: [Element]) -> Data {
    encode(values, shape: "(\(values.count),)")
  }

  /// The bytes of a file with a table of values, shape `(rows, columns)`.
  ///
  /// - Parameter values: The values, row by row.
  /// - Throws: ``ReportingError`` with code `invalid` where there are not rows x columns values.
  public static func encode<Element: NPYElement>(
    _ values: [Element], rows: Int, columns: Int
  ) throws -> Data {
    let (product, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, product == values.count else {
      throw ReportingError(
        code: .invalid, path: "",
        explanation: "\(values.count) values do not fill a table of \(rows) x \(columns).")
    }
    return encode(values, shape: "(\(rows), \(columns))")
  }

  private static func encode<Element: NPYElement>(_ values: [Element], shape: String) -> Data {
    let header =
      "{'descr': '\(Element.npyDescriptor)', 'fortran_order': False, 'shape': \(shape), }"
    // Magic, version and length take 10 bytes, and a line feed ends the header.
    let used = 10 + header.utf8.count + 1
    let padding = (64 - used % 64) % 64
    let length = header.utf8.count + padding + 1
    var data = Data([0x93])
    data.append(contentsOf: "NUMPY".utf8)
    data.append(contentsOf: [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)])
    data.append(contentsOf: header.utf8)
    data.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
    data.append(UInt8(ascii: "\n"))
    data.reserveCapacity(data.count + values.count * MemoryLayout<Element>.size)
    for value in values { data.append(contentsOf: value.npyBytes) }
    return data
  }
}
