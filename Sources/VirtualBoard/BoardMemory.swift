import Foundation

/// The durable memory of a virtual board: a file that is mapped, so that what was written stays when the process
/// is killed, or memory that goes with it.
final class BoardMemory {
  let count: Int
  let bytes: UnsafeMutableRawPointer
  private let descriptor: Int32

  /// Whether it outlives the process.
  var isDurable: Bool { descriptor >= 0 }

  /// Opens the file, or makes it full of ones, as memory that was never written is; nil for memory without a
  /// file.
  init(path: String?, count: Int) throws {
    self.count = count
    guard let path else {
      descriptor = -1
      bytes = .allocate(byteCount: count, alignment: 16)
      bytes.initializeMemory(as: UInt8.self, repeating: 0xFF, count: count)
      return
    }
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw VirtualBoardError(path, "opened", errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw VirtualBoardError(
        .busy, "\(path): another process runs the board whose memory this is")
    }
    var status = stat()
    fstat(descriptor, &status)
    let isNew = status.st_size == 0
    // All of it is there before it is used: a store into a mapped file on a full disk would end the process.
    guard isNew || status.st_size == off_t(count),
      posix_fallocate(descriptor, 0, off_t(count)) == 0,
      let mapped = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      mapped != MAP_FAILED
    else {
      let error = errno
      close(descriptor)
      if isNew { unlink(path) }
      throw !isNew && status.st_size != off_t(count)
        ? VirtualBoardError(
          .mismatch,
          "\(path): the memory of a board of another size (\(status.st_size) bytes, not \(count)): give the "
            + "geometry that it was made with, or another file")
        : VirtualBoardError(path, "made", error)
    }
    bytes = mapped
    if isNew { bytes.initializeMemory(as: UInt8.self, repeating: 0xFF, count: count) }
  }

  deinit {
    if isDurable {
      munmap(bytes, count)
      close(descriptor)
    } else {
      bytes.deallocate()
    }
  }
}

/// Why there is no virtual board.
public struct VirtualBoardError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// Another process has the file.
    case busy
    /// The file is of another board.
    case mismatch
    /// The system reports a failure.
    case io
    /// The settings make no board.
    case settings
  }

  /// The kind of failure.
  public var code: Code
  /// What happened, to which file, and what to do.
  public var description: String

  init(_ code: Code, _ description: String) {
    (self.code, self.description) = (code, description)
  }

  init(_ path: String, _ verb: String, _ error: Int32) {
    self.init(.io, "\(path) cannot be \(verb): \(String(cString: strerror(error)))")
  }
}
