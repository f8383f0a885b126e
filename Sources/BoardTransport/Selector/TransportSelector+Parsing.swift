extension TransportSelector {
  /// Takes the parts of a device selector `KIND:ADDRESS?OPTION=VALUE`.
  ///
  /// - Parameters:
  ///   - kind: one of ``kinds``.
  ///   - address: a path, or a host and a port.
  ///   - options: names and values in the order given, each name once.
  /// - Throws: ``TransportError/Code/badSelector``.
  public init(
    kind: String, address: String, options: [(name: String, value: String)] = []
  ) throws(TransportError) {
    let tail = options.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let text = "\(kind):\(address)" + (tail.isEmpty ? "" : "?" + tail)
    var reader = OptionReader(selector: text, options: options)
    switch kind {
    case "serial":
      // The fastest UARTs in use do 12 Mbaud.
      let baudRate = try reader.number("baud", 50...12_000_000, else: Self.usualBaudRate)
      self = .serial(path: try Self.path(address, text), baudRate: baudRate)
    case "usb":
      guard let selector = USBSelector(parsing: address) else {
        throw TransportError(
          .badSelector, text,
          "a USB device is VID:PID or VID:PID:SERIAL with four hexadecimal digits each, such as 1209:0001:SN-7, a "
            + "percent sign in the serial number as %25; `tare devices` lists those that are plugged in"
        )
      }
      self = .usb(selector)
    case "terminal": self = .terminal(path: try Self.path(address, text))
    case "tcp":
      let (host, port) = try Self.hostAndPort(address, text)
      let milliseconds = try reader.number("timeout_ms", 1...600_000, else: Self.usualMilliseconds)
      self = .tcp(host: host, port: port, milliseconds: milliseconds)
    default:
      throw TransportError(
        .badSelector, text,
        "there is no transport \"\(kind)\"; there are \(Self.kinds.joined(separator: ", "))")
    }
    try reader.expectNoMore(of: kind)
  }

  private static func path(_ address: String, _ text: String) throws(TransportError) -> String {
    guard !address.isEmpty else {
      throw TransportError(.badSelector, text, "the path of the port is missing")
    }
    return address
  }

  private static func hostAndPort(
    _ address: String, _ text: String
  ) throws(TransportError) -> (String, UInt16) {
    let wrong = TransportError(
      .badSelector, text,
      "an address is HOST:PORT, such as 127.0.0.1:7700 or [::1]:7700, with a port from 1 to 65535")
    guard let colon = address.lastIndex(of: ":"),
      let port = UInt16(address[address.index(after: colon)...]), port > 0
    else { throw wrong }
    var host = address[..<colon]
    if host.first == "[", host.last == "]" {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw wrong
    }
    guard !host.isEmpty else { throw wrong }
    return (String(host), port)
  }
}

/// Reads options one by one, and knows which are left over.
private struct OptionReader {
  var selector: String
  var options: [(name: String, value: String)]
  private var allowed: [String] = []

  init(selector: String, options: [(name: String, value: String)]) {
    self.selector = selector
    self.options = options
  }

  /// Takes a whole number out.
  mutating func number(
    _ name: String, _ range: ClosedRange<Int>, else usual: Int
  ) throws(TransportError) -> Int {
    allowed.append(name)
    guard let place = options.firstIndex(where: { $0.name == name }) else { return usual }
    let value = options.remove(at: place).value
    guard let number = Int(value), range.contains(number) else {
      throw TransportError(
        .badSelector, selector,
        "\(name)=\(value) is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Refuses what nobody has taken out.
  func expectNoMore(of kind: String) throws(TransportError) {
    guard let option = options.first else { return }
    let isTwice = allowed.contains(option.name)
    let known =
      allowed.isEmpty ? "it takes none" : "it takes \(allowed.joined(separator: ", "))"
    throw TransportError(
      .badSelector, selector,
      isTwice
        ? "\(option.name) is given twice"
        : "\(kind) has no option \"\(option.name)\"; \(known)")
  }
}
