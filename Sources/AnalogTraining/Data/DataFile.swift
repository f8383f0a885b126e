import Foundation

/// The bytes of a file of data, unpacked where they are compressed.
struct DataFile {
  /// The file's path, as errors tell it.
  let name: String
  private let stored: [UInt8]

  /// No data set for small arrays comes near; larger files would be read by mistake.
  static let largest = 1 << 30

  init(path: String) throws(TrainingDataError) {
    name = path
    let size: Int
    let data: Data
    do {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw TrainingDataError(.unreadable, at: path, "is no file; give the path of a file")
      }
      size = (attributes[.size] as? NSNumber)?.intValue ?? 0
      guard size <= Self.largest else {
        throw TrainingDataError(
          .tooLarge, at: path, "has \(size) bytes; at most \(Self.largest) are read")
      }
      guard size > 0 else {
        throw TrainingDataError(.truncated, at: path, "is empty; get the file again")
      }
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw error as? TrainingDataError
        ?? TrainingDataError(
          .unreadable, at: path, "cannot be read (\(Self.reason(error))); check the path")
    }
    stored = [UInt8](data)
  }

  init(_ bytes: [UInt8], name: String) {
    (stored, self.name) = (bytes, name)
  }

  private var isPacked: Bool { GzipBytes.begin(stored) }

  /// The first bytes, or all where there are fewer.
  func head(_ count: Int) throws(TrainingDataError) -> [UInt8] {
    guard isPacked else { return Array(stored.prefix(count)) }
    return try GzipBytes(stored, file: name).head(count)
  }

  /// All bytes.
  ///
  /// - Throws: ``TrainingDataError`` if there are more than so many.
  func all(atMost count: Int? = nil) throws(TrainingDataError) -> [UInt8] {
    let most = count ?? Self.largest
    guard isPacked else {
      guard stored.count <= most else { throw Self.tooLarge(name, most) }
      return stored
    }
    return try GzipBytes(stored, file: name).all(atMost: most)
  }

  static func tooLarge(_ file: String, _ most: Int) -> TrainingDataError {
    TrainingDataError(
      .tooLarge, at: file, "goes on after the \(most) bytes that it should have; get the file again"
    )
  }

  private static func reason(_ error: any Error) -> String {
    let error = error as NSError
    if let below = error.userInfo[NSUnderlyingErrorKey] as? NSError,
      below.domain == NSPOSIXErrorDomain
    {
      return String(cString: strerror(Int32(below.code)))
    }
    return error.code == CocoaError.fileReadNoSuchFile.rawValue
      ? "no such file" : error.localizedDescription
  }
}
