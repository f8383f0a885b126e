internal import CPosix
internal import CSerialPort

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open port of libserialport, closed with the last reference.
final class SerialHandle {
  let pointer: OpaquePointer
  let descriptor: Int32
  private let subject: String

  /// Opens a port that is locked already.
  init(opening path: String, subject: String) throws(TransportError) {
    var found: OpaquePointer?
    guard sp_get_port_by_name(path, &found) == SP_OK, let found else {
      throw TransportError(
        .notADevice, subject,
        "it is a terminal, but no serial port; open a pseudo-terminal as terminal:\(subject)")
    }
    var number: Int32 = -1
    guard sp_open(found, SP_MODE_READ_WRITE) == SP_OK else {
      let reason = sp_last_error_code()
      sp_free_port(found)
      throw TransportError.meansLost(reason)
        ? .unplugged(subject, reason) : .failed("opening", subject, reason)
    }
    sp_get_port_handle(found, &number)
    // Programs that this one starts must not keep the port open.
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    (pointer, descriptor, self.subject) = (found, number, subject)
  }

  deinit {
    sp_close(pointer)
    sp_free_port(pointer)
  }

  /// Sets the line to 8N1 without flow control.
  ///
  /// - Returns: the speed really set, in bits per second.
  func configure(baudRate: Int) throws(TransportError) -> Int {
    guard let asked = Int32(exactly: baudRate), asked > 0,
      sp_set_baudrate(pointer, asked) == SP_OK
    else { throw unsupported("\(baudRate) baud", "name another with baud=") }
    guard sp_set_bits(pointer, 8) == SP_OK, sp_set_parity(pointer, SP_PARITY_NONE) == SP_OK,
      sp_set_stopbits(pointer, 1) == SP_OK,
      sp_set_flowcontrol(pointer, SP_FLOWCONTROL_NONE) == SP_OK,
      posix_keep_modem_lines(descriptor) == 0
    else { throw unsupported("8N1 without flow control", "use another adapter") }
    let real = try speed()
    // Both ends together may be wrong by half a bit in the ten of a character.
    guard abs(real - baudRate) * 40 <= baudRate else {
      throw unsupported("\(baudRate) baud (it offers \(real))", "name another with baud=")
    }
    return real
  }

  private func speed() throws(TransportError) -> Int {
    var (configuration, speed) = (OpaquePointer?.none, Int32(0))
    guard sp_new_config(&configuration) == SP_OK else {
      throw .failed("reading the speed", subject, ENOMEM)
    }
    defer { sp_free_config(configuration) }
    guard sp_get_config(pointer, configuration) == SP_OK,
      sp_get_config_baudrate(configuration, &speed) == SP_OK
    else { throw .failed("reading the speed", subject, sp_last_error_code()) }
    return Int(speed)
  }

  private func unsupported(_ what: String, _ advice: String) -> TransportError {
    TransportError(
      .unsupported, subject, "the port does not do \(what); \(advice)",
      systemError: sp_last_error_code())
  }
}
