/// A file of bytes in an array, in the form of MNIST (http://yann.lecun.com/exdb/mnist/): two zeros, the type 8 of
/// unsigned bytes, the number of dimensions, their sizes in 32 bits each, highest byte first, and the bytes.
struct IDXFile {
  /// The sizes: of images their number, rows and columns, of labels their number.
  let sizes: [Int]
  /// The bytes behind the head.
  let bytes: ArraySlice<UInt8>

  /// Reads a file that has so many dimensions.
  init(_ file: DataFile, dimensions: Int, holding what: String) throws(TrainingDataError) {
    let length = 4 + 4 * dimensions
    let head = try file.head(length)
    let magic: [UInt8] = [0, 0, 8, UInt8(dimensions)]
    guard head.starts(with: magic) || (head.count < 4 && magic.starts(with: head)) else {
      let found = head.prefix(4).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      throw TrainingDataError(
        .malformed, at: file.name,
        "begins with \(found.joined(separator: " ")), but an IDX file of \(what) with "
          + "00 00 08 0\(dimensions); use the file of \(what)")
    }
    guard head.count == length else { throw Self.truncated(file.name, length, head.count) }
    sizes = (1...dimensions).map { place in
      head[4 * place..<4 * place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var (total, overflows) = (1, false)
    for size in sizes {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      (total, overflows) = (product, overflows || overflow)
    }
    let text = sizes.map(String.init).joined(separator: " x ")
    guard total > 0 || overflows else {
      throw TrainingDataError(
        .malformed, at: file.name,
        "its head announces \(text) bytes, which is nothing; "
          + "get the file again")
    }
    guard !overflows, total <= DataFile.largest else {
      throw TrainingDataError(
        .tooLarge, at: file.name,
        "its head announces \(text) bytes, but at most \(DataFile.largest) are read; "
          + "get the file again, or cut it")
    }
    let all = try file.all(atMost: length + total)
    guard all.count == length + total else {
      throw Self.truncated(file.name, length + total, all.count)
    }
    bytes = all[length...]
  }

  private static func truncated(_ file: String, _ due: Int, _ found: Int) -> TrainingDataError {
    TrainingDataError(
      .truncated, at: file,
      "ends after \(found) bytes, but its head needs \(due); get the file again")
  }
}
