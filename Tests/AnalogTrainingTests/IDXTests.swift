import AnalogTraining
import Foundation
import Testing

@Suite struct IDXTests {
  static let pixels = [UInt8](0..<12).map { $0 * 23 }
  static let images = DataFiles.idx([3, 2, 2], pixels)
  static let labels = DataFiles.idx([3], [2, 0, 1])
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ images: [UInt8] = Self.images, _ labels: [UInt8] = Self.labels, classes: Int = 10
  ) throws -> DataSet {
    try DataSet(
      idxImages: folder.file("images", images), labels: folder.file("labels", labels),
      classes: classes, name: "three")
  }

  private func error(
    _ images: [UInt8] = Self.images, _ labels: [UInt8] = Self.labels, classes: Int = 10
  ) -> TrainingDataError? {
    #expect(throws: TrainingDataError.self) { try read(images, labels, classes: classes) }
  }

  @Test(arguments: [false, true], [false, true])
  func plainAndCompressedFilesAreRead(packImages: Bool, packLabels: Bool) throws {
    let data = try read(
      packImages ? DataFiles.gzip(Self.images) : Self.images,
      packLabels ? DataFiles.gzip(Self.labels) : Self.labels)
    #expect(data.count == 3 && data.shape == ImageShape(height: 2, width: 2))
    #expect(data.images.values == Self.pixels.map { Float($0) / 255 })
    #expect(data.labels == [2, 0, 1] && data.classes == 10)
  }

  /// gunzip reads several members as one file, even where a head is cut by them.
  @Test(arguments: [0, 1, 7, 16, 27])
  func membersOfAGzipFileFollowEachOther(cut: Int) throws {
    let packed =
      DataFiles.gzip(Array(Self.images[..<cut])) + DataFiles.gzip(Array(Self.images[cut...]))
    #expect(try read(packed).images.values == Self.pixels.map { Float($0) / 255 })
  }

  @Test func filesCutAnywhereAreRefused() {
    for (file, isImages, isPacked) in [
      (Self.images, true, false), (Self.labels, false, false),
      (DataFiles.gzip(Self.images), true, true), (DataFiles.gzip(Self.labels), false, true),
    ] {
      for count in 0..<file.count {
        let cut = Array(file[..<count])
        let error = isImages ? error(cut) : error(Self.images, cut)
        // One byte of gzip's two shows no gzip file, and no IDX file either.
        let expected: TrainingDataError.Code = isPacked && count == 1 ? .malformed : .truncated
        #expect(error?.code == expected, "\(count) bytes: \(String(describing: error))")
        #expect(error?.place.hasSuffix(isImages ? "images" : "labels") == true)
      }
    }
  }

  /// A checksum stands behind all but fields of a gzip file's head that say nothing on its bytes, and the bits
  /// that fill up the byte before a stored block.
  @Test func aDamagedGzipFileIsNeverReadAsData() throws {
    let (file, good) = (DataFiles.gzip(Self.images), try read())
    for place in file.indices {
      for bit in 0..<8 {
        var damaged = file
        damaged[place] ^= 1 << UInt8(bit)
        do {
          let data = try read(damaged)
          #expect(data.images == good.images, "byte \(place), bit \(bit)")
          #expect(place < 10 || place == 10 && bit > 2, "byte \(place), bit \(bit)")
        } catch {
          #expect(error is TrainingDataError)
        }
      }
    }
  }

  @Test func wrongContentIsRefusedByWhatItIs() {
    #expect(error(Self.labels)?.code == .malformed)
    #expect(error(Self.labels)?.explanation.contains("00 00 08 01") == true)
    #expect(error([UInt8]("PK\u{3}\u{4}".utf8))?.code == .malformed)
    #expect(error(Self.images + [0])?.code == .tooLarge)
    #expect(error(DataFiles.gzip(Self.images + [0]))?.code == .tooLarge)
    #expect(error(DataFiles.gzip(Self.images) + [0, 0])?.code == .damaged)
    #expect(error(DataFiles.idx([0, 2, 2], []), DataFiles.idx([0], []))?.code == .malformed)
    // Heads that announce more than there is take no memory for it.
    let large = DataFiles.idx([1 << 12, 1 << 9, 1 << 9], [])
    #expect(error(large)?.code == .truncated)
    #expect(error(DataFiles.gzip(large))?.code == .truncated)
    let most = 0xFFFF_FFFF
    for sizes in [[most, most, most], [1 << 13, 1 << 9, 1 << 9], [1 << 31, 1 << 31, 4]] {
      #expect(error(DataFiles.idx(sizes, []))?.code == .tooLarge)
      #expect(error(DataFiles.gzip(DataFiles.idx(sizes, [])))?.code == .tooLarge)
    }
  }

  @Test func imagesAndLabelsMustBelongTogether() {
    let error = error(Self.images, DataFiles.idx([2], [0, 1]))
    #expect(error?.code == .wrongSize)
    #expect(error?.explanation.contains("2 labels") == true)
    #expect(error?.explanation.contains("3 images") == true)
  }

  @Test func aLabelBeyondTheClassesIsToldByItsPlace() throws {
    #expect(try read(Self.images, Self.labels, classes: 3).classes == 3)
    let error = error(Self.images, Self.labels, classes: 2)
    #expect(error?.code == .badValue)
    #expect(error?.place.hasSuffix("labels, label 1") == true)
  }

  @Test func whatIsNoFileIsToldApart() throws {
    let missing = #expect(throws: TrainingDataError.self) {
      try DataSet(
        idxImages: folder.path + "/none", labels: folder.path + "/none", name: "none")
    }
    #expect(missing?.code == .unreadable)
    let path = folder.path
    let noFile = #expect(throws: TrainingDataError.self) {
      try DataSet(idxImages: path, labels: path, name: "folder")
    }
    #expect(noFile?.code == .unreadable)
    #expect(noFile?.explanation.contains("is no file") == true)
  }
}
