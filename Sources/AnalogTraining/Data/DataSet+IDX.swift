import Foundation

extension DataSet {
  /// Reads images and labels of IDX files, plain or compressed by gzip; bytes are divided by 255.
  ///
  /// - Throws: ``TrainingDataError`` for files that are damaged, cut off, or do not belong together.
  public init(
    idxImages: String, labels: String, classes: Int = 10, name: String
  ) throws(TrainingDataError) {
    try self.init(
      idxImages: DataFile(path: idxImages), labels: DataFile(path: labels), classes: classes,
      name: name)
  }

  init(
    idxImages: DataFile, labels: DataFile, classes: Int, name: String
  ) throws(TrainingDataError) {
    let images = try IDXFile(idxImages, dimensions: 3, holding: "images")
    let classesOf = try IDXFile(labels, dimensions: 1, holding: "labels")
    let (count, height, width) = (images.sizes[0], images.sizes[1], images.sizes[2])
    guard classesOf.sizes[0] == count else {
      throw TrainingDataError(
        .wrongSize, at: labels.name,
        "holds \(classesOf.sizes[0]) labels, but \(idxImages.name) \(count) images; "
          + "use files that belong together")
    }
    if let wrong = classesOf.bytes.firstIndex(where: { $0 >= classes }) {
      throw TrainingDataError(
        .badValue, at: "\(labels.name), label \(wrong - classesOf.bytes.startIndex + 1)",
        "\(classesOf.bytes[wrong]) is none of the \(classes) classes, which are counted from 0")
    }
    // Of 256 values only: a table is faster than as many divisions as there are pixels.
    let scaled = (0...255).map { Float($0) / 255 }
    try self.init(
      name: name,
      images: Matrix(
        rows: count, columns: height * width, values: images.bytes.map { scaled[Int($0)] }),
      labels: classesOf.bytes.map(Int.init), classes: classes,
      shape: ImageShape(height: height, width: width))
  }

  /// Reads the files of MNIST, or of a set of the same form such as Fashion-MNIST, from a folder.
  ///
  /// The names are train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
  /// t10k-labels-idx1-ubyte, each plain or with .gz. Where only those of t10k are there, their first four fifths
  /// (8,000 images) train and the others test, and the note says so.
  ///
  /// - Throws: ``TrainingDataError`` if files are missing or wrong.
  public static func mnist(
    folder: String
  ) throws(TrainingDataError) -> (train: DataSet, test: DataSet) {
    let name = URL(fileURLWithPath: folder).lastPathComponent
    func part(_ part: String) throws(TrainingDataError) -> DataSet? {
      let images = existing("\(part)-images-idx3-ubyte", in: folder)
      let labels = existing("\(part)-labels-idx1-ubyte", in: folder)
      guard images != nil || labels != nil else { return nil }
      guard let images, let labels else {
        let missing = images == nil ? "images-idx3" : "labels-idx1"
        throw TrainingDataError(
          .unreadable, at: folder,
          "\(part)-\(missing)-ubyte(.gz) is not there, but its other half is; put both there")
      }
      return try DataSet(idxImages: images, labels: labels, name: name)
    }
    guard let test = try part("t10k") else {
      throw TrainingDataError(
        .unreadable, at: folder,
        "holds no t10k-images-idx3-ubyte(.gz) and t10k-labels-idx1-ubyte(.gz); "
          + "give a folder with the files of MNIST")
    }
    guard let train = try part("train") else {
      let count = test.count * 4 / 5
      return try test.split(
        train: count,
        note: "no training files: the first \(count) test images train, "
          + "the last \(test.count - count) test")
    }
    guard train.shape == test.shape else {
      throw TrainingDataError(
        .wrongSize, at: folder,
        "images of \(train.shape) train, but those of \(test.shape) test; "
          + "use files that belong together")
    }
    return (train, test)
  }

  private static func existing(_ name: String, in folder: String) -> String? {
    [folder + "/" + name, folder + "/" + name + ".gz"].first {
      FileManager.default.fileExists(atPath: $0)
    }
  }
}
