/// Rows of numbers separated by commas, all of one length.
struct CSVTable {
  let file: String
  let columns: Int
  let values: [Float]
  var rows: Int { values.count / columns }

  init(_ bytes: [UInt8], file: String) throws(TrainingDataError) {
    var columns: Int?
    var values: [Float] = []
    var (line, start) = (0, 0)
    while start < bytes.count {
      line += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var text = bytes[start..<end]
      start = end + 1
      if text.last == UInt8(ascii: "\r") { text.removeLast() }
      guard !text.isEmpty else { continue }
      let before = values.count
      try Self.append(text, to: &values, file: file, line: line)
      let count = values.count - before
      guard count == columns ?? count else {
        throw TrainingDataError(
          .malformed, at: "\(file):\(line)",
          "has \(count) values, but the lines before have \(columns ?? 0); "
            + "give all lines as many values")
      }
      columns = count
    }
    guard let columns else {
      throw TrainingDataError(.truncated, at: file, "holds no line; give one image a line")
    }
    (self.file, self.columns, self.values) = (file, columns, values)
  }

  private static func append(
    _ line: ArraySlice<UInt8>, to values: inout [Float], file: String, line number: Int
  ) throws(TrainingDataError) {
    var start = line.startIndex
    while true {
      let end = line[start...].firstIndex(of: UInt8(ascii: ",")) ?? line.endIndex
      guard let value = Self.number(line[start..<end]) else {
        let text = String(decoding: line[start..<end].prefix(40), as: UTF8.self)
        throw TrainingDataError(
          .malformed, at: "\(file):\(number)",
          "\"\(text)\" is no finite number; give numbers separated by commas, without a heading")
      }
      values.append(value)
      guard end < line.endIndex else { return }
      start = end + 1
    }
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Float? {
    let (space, zero) = (UInt8(ascii: " "), UInt8(ascii: "0"))
    var field = field
    while field.first == space { field.removeFirst() }
    while field.last == space { field.removeLast() }
    // Most fields by far are whole numbers of few digits.
    if field.count < 8, !field.isEmpty, field.allSatisfy({ zero <= $0 && $0 <= zero + 9 }) {
      return Float(field.reduce(0) { $0 * 10 + Int($1 - zero) })
    }
    guard let value = Float(String(decoding: field, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }
}
