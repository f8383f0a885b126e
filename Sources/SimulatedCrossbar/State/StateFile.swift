import DeviceContract

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file that holds a chip, and the lock on it.
///
/// The lock ends with the last descriptor of the open file: with this object, or with the process.
final class StateFile: Sendable {
  let path: String
  let descriptor: Int32
  /// Where a file that is being made lies until it is whole.
  let draft: String?

  private init(path: String, descriptor: Int32, draft: String? = nil) {
    self.path = path
    self.descriptor = descriptor
    self.draft = draft
  }

  deinit { close(descriptor) }

  // MARK: Opening

  /// Opens and locks a file, or begins a new one where there is none.
  ///
  /// - Throws: ``StateFileError`` if the file is no state file or cannot be used;
  ///   ``DeviceError/Code/busy`` if another has it open.
  static func open(_ path: String, length: Int) throws -> StateFile {
    // A file may come or go between two calls; whoever loses such a race looks again.
    for _ in 0..<10 {
      if let file = try existing(path) { return file }
      if let file = try begun(path, length: length) { return file }
    }
    throw StateFileError(.system, path, "it is made and removed all the time by something else")
  }

  private static func existing(_ path: String) throws -> StateFile? {
    let descriptor = openFile(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("open", path)
    }
    let file = StateFile(path: path, descriptor: descriptor)
    try StateHeader.expectMagic(in: file)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK ? file.busy() : failure("flock", path)
    }
    return file
  }

  /// A new file under a name of its own, so that one which is not whole is never taken for a chip.
  private static func begun(_ path: String, length: Int) throws -> StateFile? {
    let draft = path + ".being-created"
    let descriptor = openFile(draft, O_RDWR | O_CREAT | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    let file = StateFile(path: path, descriptor: descriptor, draft: draft)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK
        ? DeviceError(
          code: .busy,
          explanation: "state file \(path): another process is making it; nothing was fired")
        : failure("flock", path)
    }
    // Whoever held the lock before may have finished the file, or given it up.
    var (mine, named, finished) = (stat(), stat(), stat())
    guard fstat(descriptor, &mine) == 0, stat(draft, &named) == 0, mine.st_ino == named.st_ino
    else { return nil }
    guard stat(path, &finished) != 0 else {
      unlink(draft)
      return nil
    }
    guard ftruncate(descriptor, 0) == 0 else { throw file.abandoned("ftruncate", errno) }
    // Asked first, because filling a disk to its end would hurt others, if only for a moment.
    var disk = statvfs()
    if fstatvfs(descriptor, &disk) == 0,
      UInt64(disk.f_bavail) * UInt64(disk.f_frsize) < UInt64(length)
    {
      throw file.abandoned("statvfs", ENOSPC, length: length)
    }
    // Every block now, because a store to a block that the disk has no room for would end the process.
    #if canImport(Darwin)
      guard ftruncate(descriptor, off_t(length)) == 0 else {
        throw file.abandoned("ftruncate", errno)
      }
    #else
      let code = posix_fallocate(descriptor, 0, off_t(length))
      guard code == 0 else { throw file.abandoned("posix_fallocate", code, length: length) }
    #endif
    return file
  }

  /// Gives a new file its name, once it is whole.
  func publish() throws {
    guard let draft else { return }
    guard fsync(descriptor) == 0 else { throw abandoned("fsync", errno) }
    guard rename(draft, path) == 0 else { throw abandoned("rename", errno) }
  }

  /// Removes what there is of a new file.
  private func abandoned(_ call: String, _ number: Int32, length: Int? = nil) -> StateFileError {
    if let draft { unlink(draft) }
    let need = length.map { "; the chip needs \($0) bytes" } ?? ""
    return StateFileError(.system, path, "\(call): \(Self.words(number))\(need)")
  }

  // MARK: System calls

  /// The bytes at a place; fewer at the end of the file.
  func bytes(at offset: Int, count: Int) throws(StateFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var have = 0
    while have < count {
      let more = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress.map { $0 + have }, count - have, off_t(offset + have))
      }
      if more == 0 { break }
      if more < 0 && errno == EINTR { continue }
      guard more > 0 else { throw Self.failure("pread", path) }
      have += more
    }
    return Array(bytes.prefix(have))
  }

  /// The size of the file, or nil where it is something else than a file.
  var size: Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// `mmap(2)`.
  static func mapped(
    length: Int, flags: Int32, descriptor: Int32, path: String
  ) throws(StateFileError) -> UnsafeMutableRawPointer {
    guard let base = mmap(nil, length, PROT_READ | PROT_WRITE, flags, descriptor, 0),
      base != UnsafeMutableRawPointer(bitPattern: -1)
    else { throw failure("mmap", path) }
    return base
  }

  private func busy() -> DeviceError {
    let bytes = (try? bytes(at: ChipLayout.holder, count: 4 + ChipLayout.holderName)) ?? []
    let holder = StateHeader.holder(bytes).map { " by \($0)" } ?? ""
    return DeviceError(
      code: .busy,
      explanation: "state file \(path): the simulated chip is in use\(holder); nothing was fired; "
        + "wait until that has ended, or name another state file")
  }

  private static func failure(_ call: String, _ path: String) -> StateFileError {
    let number = errno
    switch number {
    case EACCES, EPERM, EROFS:
      return StateFileError(.permission, path, "it may not be read and written: \(words(number))")
    case ENOENT, ENOTDIR:
      return StateFileError(.noFolder, path, "its folder does not exist; make it first")
    case EISDIR: return StateFileError(.notAStateFile, path, "it is a folder")
    default: return StateFileError(.system, path, "\(call): \(words(number))")
    }
  }

  private static func words(_ number: Int32) -> String { String(cString: strerror(number)) }

  private static func openFile(_ path: String, _ flags: Int32) -> Int32 {
    while true {
      let descriptor = fileOpen(path, flags)
      if descriptor >= 0 || errno != EINTR { return descriptor }
    }
  }
}

// Inside `StateFile` the bare name would mean its own function.
private func fileOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags, 0o666) }
