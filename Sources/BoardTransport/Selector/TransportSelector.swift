/// Which transport to open, from the parts of a device selector.
///
/// | text | opens |
/// |---|---|
/// | `serial:/dev/ttyACM0?baud=921600` | ``SerialTransport``; 115200 baud where none is given |
/// | `terminal:/dev/pts/3` | ``TerminalTransport`` |
/// | `usb:VID:PID:SERIAL` | ``USBTransport``; numbers in hexadecimal, the serial number only where several boards are plugged in |
/// | `tcp:HOST:PORT?timeout_ms=3000` | ``TCPTransport``; a host with colons stands in brackets |
public enum TransportSelector: Sendable, Hashable {
  /// A serial port and its speed in bits per second.
  case serial(path: String, baudRate: Int)
  /// A device on USB.
  case usb(USBSelector)
  /// A terminal.
  case terminal(path: String)
  /// A host, a port, and how long to wait for it in milliseconds.
  case tcp(host: String, port: UInt16, milliseconds: Int)

  /// The kinds there are.
  public static let kinds = ["serial", "usb", "terminal", "tcp"]
  /// The speed of serial ports where none is given, in bits per second.
  public static let usualBaudRate = 115_200
  /// How long a connection is waited for where no time is given, in milliseconds.
  public static let usualMilliseconds = 3_000

  /// Opens the transport, on the thread that will use it: this may wait.
  ///
  /// - Throws: ``TransportError`` as the transport does.
  public func open() throws(TransportError) -> any ByteTransport {
    switch self {
    case .serial(let path, let baudRate):
      try SerialTransport(path: path, baudRate: baudRate)
    case .usb(let selector): try USBTransport(selector)
    case .terminal(let path): try TerminalTransport(path: path)
    case .tcp(let host, let port, let milliseconds):
      try TCPTransport(host: host, port: port, within: milliseconds)
    }
  }
}

extension TransportSelector {
  /// Stops the board past whoever has the line to it.
  ///
  /// When it returns the board has confirmed that its outputs are off.
  ///
  /// - Throws: ``TransportError/Code/unsupported`` where only those who have the line can stop it, or why the board
  ///   cannot be reached.
  public func stopBeside() throws(TransportError) {
    guard case .usb(let selector) = self else {
      throw TransportError(.unsupported, description, "only who has the line can stop the board")
    }
    try USBStop.send(to: selector)
  }
}

extension TransportSelector: CustomStringConvertible {
  /// The selector as text; what is as usual is left out.
  public var description: String {
    switch self {
    case .serial(let path, let baudRate):
      "serial:\(path)" + (baudRate == Self.usualBaudRate ? "" : "?baud=\(baudRate)")
    case .usb(let selector): "usb:\(selector)"
    case .terminal(let path): "terminal:\(path)"
    case .tcp(let host, let port, let milliseconds):
      "tcp:" + InternetAddress.text(host, port)
        + (milliseconds == Self.usualMilliseconds ? "" : "?timeout_ms=\(milliseconds)")
    }
  }
}
