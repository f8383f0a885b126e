internal import CPosix
internal import CSerialPort

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A serial port, over libserialport.
///
/// Bytes are 8N1 without flow control. DTR is raised by the operating system when the port is opened and stays
/// so after it is closed; many boards restart when it changes, so the first opening may restart the board.
/// Version 0.1.1 of the library follows no links, takes no locks, and does not tell a reader that the cable was
/// pulled: all that is done here.
public final class SerialTransport: ByteTransport {
  /// The path as it was given.
  public let name: String
  /// The speed that the driver has really set, in bits per second.
  public let baudRate: Int
  /// Whether the driver hands bytes over as they come, and not in time slices of its own.
  public let isLowLatency: Bool

  private var lock: TerminalLock?
  private var port: SerialHandle?

  /// Opens a port, and drops what had arrived before.
  ///
  /// - Parameters:
  ///   - path: of the port, or of a link to it.
  ///   - baudRate: bits per second.
  /// - Throws: ``TransportError`` with the codes `notFound`, `permissionDenied`, `busy`, `notADevice`, and
  ///   `unsupported` for a speed that the port does not have.
  public init(path: String, baudRate: Int) throws(TransportError) {
    let lock = try TerminalLock.take(path)
    let port = try SerialHandle(opening: lock.path, subject: path)
    self.baudRate = try port.configure(baudRate: baudRate)
    lock.makeExclusive()
    isLowLatency = posix_set_low_latency(port.descriptor) == 0
    sp_flush(port.pointer, SP_BUF_BOTH)
    name = path
    self.lock = lock
    self.port = port
  }

  deinit { close() }

  /// Reads what has arrived.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    guard let port else { throw .closed(name) }
    var (result, reason) = (Int32(0), Int32(0))
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
      result = sp_nonblocking_read(port.pointer, buffer.baseAddress, buffer.count).rawValue
      reason = result < 0 ? sp_last_error_code() : 0
      filled = Int(max(0, result))
    }
    if result > 0 { return bytes }
    // The library answers 0 to a reader both where nothing has come and where nobody is left to send; only a
    // question about the buffer fails after the cable was pulled.
    if result == 0 {
      guard sp_input_waiting(port.pointer).rawValue < 0 else { return [] }
      reason = sp_last_error_code()
    }
    if reason == EINTR || reason == EAGAIN { return [] }
    throw failure("read", reason)
  }

  /// Hands bytes over to the operating system.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    guard let port else { throw .closed(name) }
    guard !bytes.isEmpty else { return 0 }
    var reason: Int32 = 0
    let result = bytes.withUnsafeBytes { buffer in
      let result = sp_nonblocking_write(port.pointer, buffer.baseAddress, buffer.count).rawValue
      if result < 0 { reason = sp_last_error_code() }
      return result
    }
    if result >= 0 { return Int(result) }
    if reason == EINTR || reason == EAGAIN { return 0 }
    throw failure("write", reason)
  }

  /// The descriptor of the port.
  public func watches(for readiness: Readiness) -> [Watch] {
    port.map { [Watch($0.descriptor, readiness)] } ?? []
  }

  /// Sends a break of two characters, of 5 ms at least.
  public func stopBeside() throws(TransportError) -> Bool {
    guard let port else { throw .closed(name) }
    guard sp_start_break(port.pointer) == SP_OK else {
      throw failure("break", sp_last_error_code())
    }
    // A character has ten bits.
    usleep(UInt32(max(5_000, 20 * 1_000_000 / baudRate)))
    guard sp_end_break(port.pointer) == SP_OK else {
      throw failure("break", sp_last_error_code())
    }
    return false
  }

  /// Closes the port and gives up the lock.
  public func close() {
    port = nil
    lock = nil
  }

  private func failure(_ call: String, _ number: Int32) -> TransportError {
    TransportError.meansLost(number) ? .unplugged(name, number) : .failed(call, name, number)
  }
}
