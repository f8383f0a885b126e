/// Images with their classes.
public struct DataSet: Sendable, Hashable {
  /// What it is called in reports.
  public let name: String
  /// What is to be known on where it comes from, such as how it was split; nil where there is nothing to say.
  public let note: String?
  /// One image a row, with values from 0 to 1.
  public let images: Matrix
  /// The class of each image, counted from 0.
  public let labels: [Int]
  /// The number of classes.
  public let classes: Int
  /// The size of an image.
  public let shape: ImageShape

  /// Puts images and labels together.
  ///
  /// - Throws: ``TrainingDataError`` if they do not fit to each other, if a label is no class, or if a value does
  ///   not lie within 0 and 1.
  public init(
    name: String, note: String? = nil, images: Matrix, labels: [Int], classes: Int,
    shape: ImageShape
  ) throws(TrainingDataError) {
    guard images.rows == labels.count else {
      throw TrainingDataError(
        .wrongSize, at: name,
        "\(images.rows) images with \(labels.count) labels; use files that belong together")
    }
    guard images.rows > 0 else {
      throw TrainingDataError(.wrongSize, at: name, "holds no image; at least one is needed")
    }
    guard images.columns == shape.count else {
      throw TrainingDataError(
        .wrongSize, at: name,
        "images of \(images.columns) values are not of size \(shape), which has \(shape.count)")
    }
    if let wrong = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw TrainingDataError(
        .badValue, at: "\(name), label \(wrong + 1)",
        "\(labels[wrong]) is none of the \(classes) classes, which are counted from 0")
    }
    if let wrong = images.values.firstIndex(where: { !(0...1).contains($0) }) {
      throw TrainingDataError(
        .badValue, at: "\(name), image \(wrong / images.columns + 1)",
        "the value \(images.values[wrong]) does not lie within 0 and 1; scale the images")
    }
    (self.name, self.note, self.images, self.labels) = (name, note, images, labels)
    (self.classes, self.shape) = (classes, shape)
  }

  private init(_ whole: DataSet, note: String?, images: Matrix, labels: [Int]) {
    (name, classes, shape) = (whole.name, whole.classes, whole.shape)
    (self.note, self.images, self.labels) = (note, images, labels)
  }

  /// A checksum of images and labels (FNV-1a): runs on other data are other runs, whatever the name.
  public var digest: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
    for value in images.values { add(UInt64(value.bitPattern)) }
    for label in labels { add(UInt64(label)) }
    return hash
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// Some of the images with their labels, in the order of the indices: a mini-batch.
  public func batch(_ indices: some Collection<Int>) -> (images: Matrix, labels: [Int]) {
    var values: [Float] = []
    values.reserveCapacity(indices.count * images.columns)
    for index in indices { values += images[row: index] }
    return (
      Matrix(rows: indices.count, columns: images.columns, values: values),
      indices.map { labels[$0] }
    )
  }

  /// The first images, and those after them.
  ///
  /// - Throws: ``TrainingDataError`` if one of the two would be empty.
  public func split(
    train count: Int, note: String? = nil
  ) throws(TrainingDataError) -> (train: DataSet, test: DataSet) {
    guard count > 0, count < self.count else {
      throw TrainingDataError(
        .wrongSize, at: name,
        "\(count) of \(self.count) images to train on; some must train and some test")
    }
    func part(_ range: Range<Int>) -> DataSet {
      let (images, labels) = batch(range)
      return DataSet(self, note: note ?? self.note, images: images, labels: labels)
    }
    return (part(0..<count), part(count..<self.count))
  }
}
