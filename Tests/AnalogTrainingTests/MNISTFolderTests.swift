import AnalogTraining
import Testing

@Suite struct MNISTFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ part: String, count: Int, side: Int = 2, packed: Bool = false) throws {
    let pixels = (0..<count * side * side).map { UInt8(truncatingIfNeeded: $0) }
    let images = DataFiles.idx([count, side, side], pixels)
    let labels = DataFiles.idx([count], (0..<count).map { UInt8($0 % 10) })
    let end = packed ? ".gz" : ""
    _ = try folder.file(
      "\(part)-images-idx3-ubyte\(end)", packed ? DataFiles.gzip(images) : images)
    _ = try folder.file(
      "\(part)-labels-idx1-ubyte\(end)", packed ? DataFiles.gzip(labels) : labels)
  }

  private func error() -> TrainingDataError? {
    #expect(throws: TrainingDataError.self) { try DataSet.mnist(folder: folder.path) }
  }

  @Test(arguments: [false, true]) func bothPartsAreRead(packed: Bool) throws {
    try write("train", count: 12, packed: packed)
    try write("t10k", count: 5, packed: !packed)
    let (train, test) = try DataSet.named(folder.path)
    #expect(train.count == 12 && test.count == 5)
    #expect(train.note == nil && test.note == nil)
  }

  @Test func testImagesAloneAreSplitAndThatIsSaid() throws {
    try write("t10k", count: 10)
    let (train, test) = try DataSet.mnist(folder: folder.path)
    #expect(train.labels == Array(0..<8) && test.labels == [8, 9])
    #expect(test.images.values.first == Float(32) / 255)
    #expect(train.note?.contains("first 8 test images train, the last 2 test") == true)
  }

  @Test func whatIsMissingIsNamed() throws {
    #expect(error()?.explanation.contains("t10k-images-idx3-ubyte") == true)
    try write("train", count: 4)
    #expect(error()?.code == .unreadable)
    _ = try folder.file("t10k-images-idx3-ubyte", DataFiles.idx([1, 2, 2], [1, 2, 3, 4]))
    #expect(error()?.explanation.contains("t10k-labels-idx1-ubyte") == true)
  }

  @Test func partsOfOtherSizesAndSetsTooSmallToSplitAreRefused() throws {
    try write("t10k", count: 1)
    #expect(error()?.code == .wrongSize)
    try write("train", count: 4, side: 3)
    #expect(error()?.code == .wrongSize)
  }

  @Test func aNameThatIsNoPathIsRefused() {
    let error = #expect(throws: TrainingDataError.self) { try DataSet.named("mnist") }
    #expect(error?.code == .unknownName)
  }
}
