import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is written piece by piece, for results that do not fit into memory.
///
/// As with ``OutputFile`` the bytes go to a temporary file that takes its name at the end; without
/// ``finish()`` nothing is left behind. Special files (`/dev/stdout`, a pipe) are written to directly.
public final class GrowingFile {
  private let path: String
  private let descriptor: Int32
  /// The temporary file and the one that it becomes; nil for a special file.
  private let replacement: (temporary: String, target: String)?
  private let isOwned: Bool
  private var pending = Data()
  private var isFinished = false

  private static let pieceSize = 1 << 16

  /// Begins a file.
  ///
  /// - Throws: ``ReportingError`` as ``OutputFile`` does.
  public init(_ path: String) throws {
    self.path = path
    do throws(SystemError) {
      let opened = try Self.open(path)
      (descriptor, replacement, isOwned) = opened
    } catch {
      throw ReportingError.writing(path, failed: error)
    }
  }

  deinit {
    guard !isFinished else { return }
    if isOwned { try? SystemCalls.live.close(descriptor) }
    if let replacement { SystemCalls.remove(replacement.temporary) }
  }

  /// Adds a text.
  ///
  /// - Throws: ``ReportingError``.
  public func append(_ text: String) throws {
    pending.append(contentsOf: text.utf8)
    if pending.count >= Self.pieceSize { try flush() }
  }

  /// Writes what is left, and gives the file its name.
  ///
  /// - Throws: ``ReportingError``; a file of that name is as it was before.
  public func finish() throws {
    try flush()
    isFinished = true
    do throws(SystemError) {
      guard isOwned else { return }
      guard let replacement else { return try SystemCalls.live.close(descriptor) }
      do throws(SystemError) {
        do throws(SystemError) {
          try OutputFile.synchronize(descriptor, calls: .live)
        } catch {
          try? SystemCalls.live.close(descriptor)
          throw error
        }
        try SystemCalls.live.close(descriptor)
        try SystemCalls.live.rename(replacement.temporary, replacement.target)
      } catch {
        SystemCalls.remove(replacement.temporary)
        throw error
      }
      OutputFile.synchronizeFolder(OutputFile.folder(of: replacement.target), calls: .live)
    } catch {
      throw ReportingError.writing(path, failed: error)
    }
  }

  private func flush() throws {
    do throws(SystemError) {
      try OutputFile.writeAll(pending, to: descriptor, calls: .live)
      pending.removeAll(keepingCapacity: true)
    } catch {
      throw ReportingError.writing(path, failed: error)
    }
  }

  private static func open(
    _ path: String
  ) throws(SystemError) -> (Int32, (temporary: String, target: String)?, Bool) {
    if let descriptor = OutputFile.standardDescriptor(path) { return (descriptor, nil, false) }
    guard !path.isEmpty else { throw SystemError("open", SystemError.noEntry) }
    var target = path
    var old: stat?
    if let status = SystemCalls.status(path) {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw SystemError("open", SystemError.isDirectory)
      case S_IFREG: break
      default:
        let flags = O_WRONLY | O_CLOEXEC | O_NOCTTY
        return (try SystemCalls.live.open(path, flags, 0), nil, true)
      }
      guard SystemCalls.isWritable(path) else {
        throw SystemError("access", SystemError.accessDenied)
      }
      (target, old) = (SystemCalls.resolved(path) ?? path, status)
    } else {
      target = try OutputFile.newFile(path)
    }
    let (temporary, descriptor) = try OutputFile.openTemporary(
      in: OutputFile.folder(of: target), calls: .live)
    if let old { SystemCalls.copyPermissions(of: old, to: descriptor) }
    return (descriptor, (temporary, target), true)
  }
}
