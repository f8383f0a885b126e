import BoardTransport
import DeviceContract
import Testing

@Suite struct TransportSelectorTests {
  func parse(_ text: String) throws -> TransportSelector {
    let parts = try DeviceSelector(parsing: text)
    return try TransportSelector(
      kind: parts.kind, address: parts.address,
      options: parts.options.map { (name: $0.name, value: $0.value) })
  }

  @Test(
    arguments: [
      ("serial:/dev/ttyACM0", .serial(path: "/dev/ttyACM0", baudRate: 115_200)),
      ("serial:/dev/ttyACM0?baud=921600", .serial(path: "/dev/ttyACM0", baudRate: 921_600)),
      (
        "serial:/dev/serial/by-id/usb-a:b",
        .serial(path: "/dev/serial/by-id/usb-a:b", baudRate: 115_200)
      ),
      ("terminal:/dev/pts/3", .terminal(path: "/dev/pts/3")),
      ("usb:1209:0001", .usb(USBSelector(vendor: 0x1209, product: 1))),
      (
        "usb:10f8:c583:a:7",
        .usb(USBSelector(vendor: 0x10F8, product: 0xC583, serialNumber: "a:7"))
      ),
      (
        "usb:1209:0001:a%3Fb%3D1%26c:50%25",
        .usb(USBSelector(vendor: 0x1209, product: 1, serialNumber: "a?b=1&c:50%"))
      ),
      (
        "usb:1209:0001:X%1B[31mY%0A%C2%85%E2%80%AE é",
        .usb(
          USBSelector(
            vendor: 0x1209, product: 1, serialNumber: "X\u{1B}[31mY\n\u{85}\u{202E} é"))
      ),
      ("tcp:127.0.0.1:7700", .tcp(host: "127.0.0.1", port: 7_700, milliseconds: 3_000)),
      ("tcp:bench-2:1?timeout_ms=50", .tcp(host: "bench-2", port: 1, milliseconds: 50)),
      ("tcp:[::1]:65535", .tcp(host: "::1", port: 65_535, milliseconds: 3_000)),
    ] as [(String, TransportSelector)])
  func textsAreRead(text: String, selector: TransportSelector) throws {
    #expect(try parse(text) == selector)
    #expect(selector.description == text)
  }

  @Test(arguments: [
    ("gpib:7", "there are serial, usb, terminal, tcp"),
    ("usb:1209", "VID:PID or VID:PID:SERIAL"),
    ("usb:1209:1", "four hexadecimal digits"),
    ("usb:1209:000g", "four hexadecimal digits"),
    ("usb:1209:+001", "four hexadecimal digits"),
    ("usb:1209:0001:", "VID:PID:SERIAL"),
    ("usb:1209:0001:50%", "%25"),
    ("usb:1209:0001:%+1", "%25"),
    ("usb:1209:0001:%4", "%25"),
    ("usb:1209:0001?baud=9600", "usb has no option \"baud\"; it takes none"),
    ("serial:", "the path of the port is missing"),
    ("serial:/dev/ttyACM0?speed=9600", "has no option \"speed\"; it takes baud"),
    ("serial:/dev/ttyACM0?baud=fast", "baud=fast is no whole number from 50 to 12000000"),
    ("serial:/dev/ttyACM0?baud=0", "baud=0 is no whole number"),
    ("serial:/dev/ttyACM0?baud=99999999999999999999", "is no whole number"),
    ("serial:/dev/ttyACM0?timeout_ms=5", "it takes baud"),
    ("terminal:/dev/pts/3?baud=9600", "terminal has no option \"baud\"; it takes none"),
    ("terminal:", "the path of the port is missing"),
    ("tcp:127.0.0.1", "HOST:PORT"),
    ("tcp::80", "HOST:PORT"),
    ("tcp:127.0.0.1:0", "from 1 to 65535"),
    ("tcp:127.0.0.1:65536", "from 1 to 65535"),
    ("tcp:::1:80", "[::1]:7700"),
    ("tcp:a:80?timeout_ms=-1", "timeout_ms=-1 is no whole number"),
    ("tcp:a:80?nodelay=1", "it takes timeout_ms"),
  ])
  func wrongTextsSayWhatIsWrong(text: String, words: String) {
    let error = failure { _ = try parse(text) }
    #expect(error?.code == .badSelector)
    #expect(error?.subject == text)
    #expect(error?.explanation.contains(words) == true, "\(error?.explanation ?? "")")
  }

  @Test func optionsAreGivenOnce() {
    let error = failure {
      _ = try TransportSelector(
        kind: "serial", address: "a",
        options: [(name: "baud", value: "9600"), (name: "baud", value: "1200")])
    }
    #expect(error?.explanation.contains("baud is given twice") == true)
  }

  @Test func selectorsOpenWhatTheyName() throws {
    let (terminal, listener) = (try PseudoTerminal(), try TCPListener())
    let cases: [(String, any ByteTransport)] = [
      ("serial:\(terminal.path)?baud=9600", terminal), ("terminal:\(terminal.path)", terminal),
      (listener.name, listener),
    ]
    for (text, board) in cases {
      let host = try parse(text).open()
      #expect(try exchange(host, sends: [1, 2, 3], board, sends: [4]).there == [1, 2, 3])
      host.close()
    }
  }
}
