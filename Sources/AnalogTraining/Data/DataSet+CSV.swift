extension DataSet {
  /// Reads a CSV file, plain or compressed by gzip: one image a line, and the last value its class.
  ///
  /// - Parameters:
  ///   - csv: the path.
  ///   - classes: how many there are; the largest label and one more where it is not given.
  ///   - scale: what values are divided by; the largest one where it is not given.
  ///   - shape: the size of an image; square and grey where it is not given, or where that does not go, one row.
  ///   - name: what the set is called.
  /// - Throws: ``TrainingDataError`` with the line where text, a missing value or a wrong label stands.
  public init(
    csv path: String, classes: Int? = nil, scale: Float? = nil, shape: ImageShape? = nil,
    name: String
  ) throws(TrainingDataError) {
    let file = try DataFile(path: path)
    self = try CSVTable(file.all(), file: path)
      .dataSet(name: name, classes: classes, scale: scale, shape: shape)
  }
}

extension CSVTable {
  /// More than any set of images for small arrays has: a larger label is a wrong column.
  private static let mostClasses = 1000

  /// The last column as labels, and the others as images.
  func dataSet(
    name: String, classes: Int?, scale: Float?, shape: ImageShape?
  ) throws(TrainingDataError) -> DataSet {
    let pixels = columns - 1
    guard pixels > 0 else {
      throw TrainingDataError(
        .malformed, at: file, "has one value a line; give the pixels and then the label")
    }
    var (images, labels) = ([Float](), [Int]())
    images.reserveCapacity(rows * pixels)
    for row in 0..<rows {
      let line = values[row * columns..<(row + 1) * columns]
      let label = values[(row + 1) * columns - 1]
      guard label >= 0, label < Float(classes ?? Self.mostClasses), label == label.rounded() else {
        throw TrainingDataError(
          .badValue, at: "\(file), image \(row + 1)",
          "the label \(label) is no whole number from 0 to \((classes ?? Self.mostClasses) - 1); "
            + "the last value of a line is its class")
      }
      images += line.dropLast()
      labels.append(Int(label))
    }
    let largest = scale ?? images.max() ?? 1
    guard largest.isFinite, largest >= 0, scale != 0 else {
      throw TrainingDataError(
        .badValue, at: file, "values divided by \(largest) do not lie within 0 and 1")
    }
    if let wrong = images.firstIndex(where: { $0 < 0 || $0 > largest }) {
      throw TrainingDataError(
        .badValue, at: "\(file), image \(wrong / pixels + 1)",
        "the value \(images[wrong]) does not lie within 0 and \(largest), the scale; "
          + "give pixels from 0 on, or another scale")
    }
    if largest > 0 { for place in images.indices { images[place] /= largest } }
    let side = Int(Double(pixels).squareRoot().rounded())
    return try DataSet(
      name: name, images: Matrix(rows: rows, columns: pixels, values: images), labels: labels,
      classes: classes ?? (labels.max() ?? 0) + 1,
      shape: shape
        ?? (side * side == pixels
          ? ImageShape(height: side, width: side) : ImageShape(height: 1, width: pixels)))
  }
}
