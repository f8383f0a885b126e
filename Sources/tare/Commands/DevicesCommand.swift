import ArgumentParser
import BoardTransport
import DeviceContract
import Foundation
import Reporting

/// `tare devices`: what is connected.
struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists the ports that a board may be on.",
    discussion: """
      Devices on USB with the interface of a board, whatever their numbers are, and serial ports. A board that has both is \
      there twice, with one serial number. A port that may not be opened is listed with the reason and with who holds \
      it; tare doctor says what to do. Nothing is written to any port without --ask.
        tare devices
        tare devices --watch
        tare devices --ask
        tare devices --ask 'serial:/dev/ttyS0?baud=921600' tcp:127.0.0.1:7700

      --ask greets devices on USB and serial ports behind USB, those of devices that nobody holds; ports of the mainboard and those \
      over a network only where they are named. What is no board gets some HELLO frames, and nothing else. A board begins \
      a session, whose outputs are off. Opening a serial port raises DTR, on which many boards restart.
      """)

  @Argument(help: ArgumentHelp("Ask these, and no others.", valueName: "selector"))
  var named: [String] = []

  @Flag(help: "Greet what is there, and say which board answers.")
  var ask = false

  @Option(
    help: """
      Seconds in which a board must answer; some that restart when their port is opened need 3 and more.
      """)
  var within = 1.5

  @Flag(
    help: "Go on: a line for each that comes (+), goes (-) or changes access (~), until Ctrl-C.")
  var watch = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if watch, ask || !named.isEmpty {
      throw ValidationError("--watch writes nothing to any port: ask without it")
    }
    if !named.isEmpty, !ask {
      throw ValidationError("\(named[0]) is named to be asked: give --ask as well")
    }
    guard within >= 0.1, within <= 60 else {
      throw ValidationError("--within is \(within): 0.1 to 60 seconds are possible")
    }
  }

  func run() async throws {
    try await reporting {
      if watch { return try await follow() }
      let selectors = try named.map { try TransportSelector(try DeviceSelector(parsing: $0)) }
      let found = PortDiscovery.look()
      try tell(found.troubles, all: selectors.isEmpty)
      let ports =
        selectors.isEmpty
        ? found.ports : selectors.map { PortQuestions.port($0, in: found.ports) }
      var answers: [Int: PortRecord.Answer] = [:]
      if ask {
        // Others may be anything: modems, consoles, instruments.
        let asked = ports.indices.filter { !selectors.isEmpty || ports[$0].usb != nil }
        let questions = PortQuestions(milliseconds: Int(within * 1_000))
        for (place, answer) in await questions.ask(asked.map { ports[$0] }, among: found.ports) {
          answers[asked[place]] = answer
        }
      }
      try tell(ports.indices.map { PortRecord(ports[$0], answers[$0]) })
    }
  }

  /// Says what could not be listed; where nothing could, that is a failure.
  private func tell(
    _ troubles: [ConnectedPort.Kind: TransportError], all: Bool
  ) throws {
    if all, troubles.count == ConnectedPort.Kind.allCases.count, let first = troubles[.serial] {
      throw first
    }
    for kind in ConnectedPort.Kind.allCases {
      if let trouble = troubles[kind] {
        Talk.always("tare devices: \(trouble); others are listed")
      }
    }
  }

  private func tell(_ records: [PortRecord]) throws {
    if output.json { return try output.printJSON(records) }
    guard !records.isEmpty else {
      return try output.write(
        "no board and no serial port is connected; tare doctor says what to look at, sim:PRESET simulates a device, "
          + "tare board a board\n")
    }
    let columns =
      ["device", "kind", "usb", "product", "serial number", "path"] + (ask ? ["who answers"] : [])
      + ["may be opened"]
    var table = TextTable(columns: columns.map { .init($0, alignment: .left) })
    for record in records {
      table.append(
        [
          record.device, record.kind, record.usb ?? "", record.product ?? record.label,
          record.serialNumber ?? "", record.path,
        ] + (ask ? [record.answer] : []) + [record.access])
    }
    try output.write(table.text)
  }

  // MARK: Watching

  /// Tells what comes and goes, until the user has seen enough.
  private func follow() async throws {
    try await Interruption.watching { interruption in
      let watch = try PortWatch()
      let ending = Task {
        await interruption.wait()
        watch.end()
      }
      defer { ending.cancel() }
      await watch.begin()
      for await event in watch.events { try tell(event) }
    }
  }

  private func tell(_ event: PortWatch.Event) throws {
    switch event {
    case .connected(let found):
      try tell(found.troubles, all: false)
      for port in found.ports { try tell("=", "connected", port) }
      output.talk.say("\(found.ports.count) connected; waiting for more, Ctrl-C ends")
    case .changed(.arrived(let port)): try tell("+", "arrived", port)
    case .changed(.departed(let port)): try tell("-", "departed", port)
    case .changed(.accessChanged(let port)): try tell("~", "access", port)
    case .trouble(let trouble): Talk.always("tare devices: \(trouble)")
    }
  }

  private struct Line: Encodable {
    let event: String
    let port: PortRecord
  }

  private func tell(_ sign: String, _ event: String, _ port: ConnectedPort) throws {
    let record = PortRecord(port)
    guard output.json else { return try output.write("\(sign) \(record.line)\n") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try output.write(
      String(decoding: try encoder.encode(Line(event: event, port: record)), as: UTF8.self) + "\n")
  }
}
