import AnalogTraining
import Testing

@Suite struct CSVTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ bytes: [UInt8], classes: Int? = nil, scale: Float? = nil, shape: ImageShape? = nil
  ) throws -> DataSet {
    try DataSet(
      csv: folder.file("data.csv", bytes), classes: classes, scale: scale, shape: shape,
      name: "table")
  }

  private func read(_ text: String, classes: Int? = nil, scale: Float? = nil) throws -> DataSet {
    try read([UInt8](text.utf8), classes: classes, scale: scale)
  }

  @Test(arguments: [
    "0,1,2,4,1\n4,3,2,1,0\n", "0,1,2,4,1\r\n4,3,2,1,0\r\n", "0,1,2,4,1\n\n4,3,2,1,0",
    " 0, 1 ,2.0,4e0,1\n4,3,+2,1,0\n\n",
  ])
  func linesAreImagesAndTheirClass(text: String) throws {
    let data = try read(text)
    #expect(data.images.values == [0, 0.25, 0.5, 1, 1, 0.75, 0.5, 0.25])
    #expect(data.labels == [1, 0] && data.classes == 2)
    #expect(data.shape == ImageShape(height: 2, width: 2))
    #expect(try read(DataFiles.gzip([UInt8](text.utf8))) == data)
  }

  @Test func scaleClassesAndShapeMayBeGiven() throws {
    let data = try read("0,1,2,4,1\n", classes: 5, scale: 8)
    #expect(data.images.values == [0, 0.125, 0.25, 0.5] && data.classes == 5)
    #expect(try read("1,1,1,0\n").shape == ImageShape(height: 1, width: 3))
    let colours = ImageShape(channels: 3, height: 1, width: 1)
    #expect(try read([UInt8]("1,1,1,0\n".utf8), shape: colours).shape == colours)
    #expect(throws: TrainingDataError.self) { try read([UInt8]("1,1,0\n".utf8), shape: colours) }
    // All black: there is nothing to divide by.
    #expect(try read("0,0,0\n").images.values == [0, 0])
  }

  @Test(arguments: [
    ("1,2,0\n1,2\n", TrainingDataError.Code.malformed, "data.csv:2"),
    ("1,2,0\n\n1,2,3,0\n", .malformed, "data.csv:3"),
    ("a,b,label\n1,2,0\n", .malformed, "data.csv:1"),
    ("1,2,0\n1,x,0\n", .malformed, "data.csv:2"), ("1,,0\n", .malformed, "data.csv:1"),
    ("1,2,\n", .malformed, "data.csv:1"), ("1,nan,0\n", .malformed, "data.csv:1"),
    ("1,inf,0\n", .malformed, "data.csv:1"), ("1,1e99,0\n", .malformed, "data.csv:1"),
    ("1;2;0\n", .malformed, "data.csv:1"), ("1\n2\n", .malformed, "data.csv"),
    ("", .truncated, "data.csv"), ("\n\r\n\n", .truncated, "data.csv"),
    ("1,2,-1\n", .badValue, "data.csv, image 1"), ("1,2,0\n1,2,0.5\n", .badValue, "image 2"),
    ("1,2,5000\n", .badValue, "data.csv, image 1"), ("1,2,1e30\n", .badValue, "image 1"),
    ("1,2,0\n-1,2,0\n", .badValue, "data.csv, image 2"),
  ])
  func linesThatAreNoneAreToldByTheirPlace(
    text: String, code: TrainingDataError.Code, place: String
  ) {
    let error = #expect(throws: TrainingDataError.self) { try read(text) }
    #expect(error?.code == code)
    #expect(error?.place.hasSuffix(place) == true, "\(String(describing: error))")
    // What to do comes after what is wrong.
    #expect(error?.explanation.contains(";") == true || code == .badValue)
  }

  @Test func givenClassesAndScalesAreKeptTo() {
    #expect(throws: TrainingDataError.self) { try read("1,2,3\n", classes: 3) }
    for scale in [Float(1.5), 0, -1, .nan, .infinity] {
      #expect(throws: TrainingDataError.self) { try read("1,2,0\n", scale: scale) }
    }
  }

  /// Of a text that is cut within a later line nothing is read; what is left of a first line is a file of its own.
  @Test func cutAndForeignBytesDoNotPass() throws {
    let text = [UInt8]("10,20,1\n30,40,0\n".utf8)
    for count in 0..<text.count - 1 {
      guard let data = try? read(Array(text[..<count])) else { continue }
      #expect(data.count == 1 && count <= 8, "\(count) bytes")
    }
    #expect(throws: TrainingDataError.self) { try read([0xFF, 0xFE, 0x2C, 0x31]) }
    #expect(throws: TrainingDataError.self) { try read([0, 0, 8, 3, 0, 0]) }
  }

  @Test func fourFifthsOfAFileTrain() throws {
    let text = (0..<10).map { "\($0),9,\($0 % 2)\n" }.joined()
    let path = try folder.file("lines.csv", [UInt8](text.utf8))
    let (train, test) = try DataSet.named(path)
    #expect(train.count == 8 && test.count == 2)
    #expect(test.images[0, 0] == 8.0 / 9)
    #expect(test.note?.contains("first 8 lines") == true)
  }
}
