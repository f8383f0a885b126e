import ArgumentParser
import BoardTransport
import Reporting

/// `tare devices`: what is connected.
struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists the ports that a board may be on.",
    discussion: """
      Nothing is written to any of them: whether there is a board, `tare describe` asks. A port that may \
      not be opened is listed with the reason.
      """)

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let ports = try PortList.ports()
      if output.json {
        try output.printJSON(ports.map(Told.init))
        return
      }
      guard !ports.isEmpty else {
        try output.write(
          "no serial port is connected; sim:PRESET simulates a device, `tare board` a board\n")
        return
      }
      var table = TextTable(
        columns: ["device", "what it is", "usb", "serial number", "may be opened"].map { .init($0) }
      )
      for port in ports {
        table.append([
          "\(port.selector)", port.label, port.usb?.identity ?? "", port.usb?.serialNumber ?? "",
          Told.access(port),
        ])
      }
      try output.write(table.text)
    }
  }

  private struct Told: Encodable {
    let device, path, label: String
    let usb, product, serialNumber: String?
    let mayBeOpened: Bool
    let reason: String?

    init(_ port: SerialPort) {
      device = "\(port.selector)"
      (path, label) = (port.path, port.label)
      usb = port.usb?.identity
      (product, serialNumber) = (port.usb?.productName, port.usb?.serialNumber)
      mayBeOpened = port.access == .allowed
      reason = mayBeOpened ? nil : Self.access(port)
    }

    static func access(_ port: SerialPort) -> String {
      switch port.access {
      case .allowed: "yes"
      case .denied(_, let explanation): "no: \(explanation)"
      case .held(let holders):
        "no: held by " + holders.map { "\($0)" }.joined(separator: ", ")
      }
    }
  }
}
