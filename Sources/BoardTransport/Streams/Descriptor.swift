internal import CPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open descriptor of the operating system, closed with the last reference.
final class Descriptor: Sendable {
  /// What a call came to.
  enum Outcome<Value> {
    case done(Value)
    /// Nothing to read, or no room, now.
    case notNow
    /// The other side has ended the stream.
    case ended
    /// The error number.
    case failed(Int32)
  }

  let number: Int32

  /// Takes a descriptor over.
  init(_ number: Int32) { self.number = number }

  /// One that poll(2) finds readable always.
  static func alwaysReadable() throws(TransportError) -> Descriptor {
    let number = posix_make_wake()
    guard number >= 0 else { throw .failed("eventfd", "wait", errno) }
    var one: UInt64 = 1
    _ = systemWrite(number, &one, 8)
    return Descriptor(number)
  }

  deinit { _ = close(number) }

  /// read(2).
  func read(most count: Int) -> Outcome<[UInt8]> {
    var (result, reason) = (0, Int32(0))
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat {
        result = systemRead(number, buffer.baseAddress, count)
        reason = errno
      } while result < 0 && reason == EINTR
      filled = max(0, result)
    }
    if result > 0 { return .done(bytes) }
    if result == 0 { return .ended }
    return reason == EAGAIN || reason == EWOULDBLOCK ? .notNow : .failed(reason)
  }

  /// write(2), or send(2), which raises no signal where the other side of a socket is gone.
  func write(_ bytes: ArraySlice<UInt8>, isSocket: Bool) -> Outcome<Int> {
    guard !bytes.isEmpty else { return .done(0) }
    return bytes.withUnsafeBytes { buffer in
      while true {
        let result =
          isSocket
          ? send(number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
          : systemWrite(number, buffer.baseAddress, buffer.count)
        if result >= 0 { return .done(result) }
        let reason = errno
        if reason == EINTR { continue }
        return reason == EAGAIN || reason == EWOULDBLOCK ? .notNow : .failed(reason)
      }
    }
  }
}

/// read(2), where a method of the same name hides it.
private func systemRead(_ number: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(number, buffer, count)
}

/// write(2), where a method of the same name hides it.
private func systemWrite(_ number: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(number, buffer, count)
}
