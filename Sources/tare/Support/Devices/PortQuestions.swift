import BoardDriver
import BoardTransport
import DeviceContract

/// Greets ports, each for a short time: the ports of one board one after the other, boards side by side.
struct PortQuestions {
  /// How long an answer is waited for.
  let milliseconds: Int

  /// The answers, by the places of the ports in the list; those that may not be opened are not asked, nor are those
  /// of a device that somebody has by another port.
  ///
  /// - Parameter connected: all ports that there are.
  func ask(
    _ ports: [ConnectedPort], among connected: [ConnectedPort]
  ) async -> [Int: PortRecord.Answer] {
    var all: [Int: PortRecord.Answer] = [:]
    let free = ports.indices.filter { ports[$0].mayBeOpened }
    for place in free {
      all[place] = Self.hindrance(ports[place], among: connected).map { .noBoard($0) }
    }
    let asked = free.filter { all[$0] == nil }
    // A board with two lines takes the second greeting for a second host, who takes it from the first.
    let groups = Dictionary(grouping: asked) { ports[$0].place ?? ports[$0].path }
    return await withTaskGroup(of: [(Int, PortRecord.Answer)].self) { tasks in
      for group in groups.values {
        tasks.addTask {
          var answers: [(Int, PortRecord.Answer)] = []
          for place in group { answers.append((place, await ask(ports[place]))) }
          return answers
        }
      }
      for await answers in tasks {
        for (place, answer) in answers { all[place] = answer }
      }
      return all
    }
  }

  private func ask(_ port: ConnectedPort) async -> PortRecord.Answer {
    let name = "\(port.selector)"
    // Somebody may have taken its other port since the look.
    let line = BoardLine(port.selector)
    do {
      return .board(
        try await BoardGreeting.ask(name, program: TareCommand.program, within: milliseconds) {
          () throws(TransportError) in try line.open()
        })
    } catch {
      // The port stands beside it.
      var text = error.explanation[...]
      for subject in [name, port.path] where text.hasPrefix("\(subject): ") {
        text = text.dropFirst(subject.count + 2)
      }
      return .noBoard(String(text))
    }
  }

  /// Why a port that is free is not asked: a board that is greeted stops what somebody does over its other port.
  static func hindrance(
    _ port: ConnectedPort, among connected: [ConnectedPort]
  ) -> String? {
    for other in connected where other.path != port.path && isSameDevice(other, port) {
      guard case .held(let holders) = other.access else { continue }
      let names = holders.map(\.description).joined(separator: " and ")
      return "not asked: \(other.selector), of the same device, is held by \(names)"
    }
    return nil
  }

  private static func isSameDevice(_ one: ConnectedPort, _ other: ConnectedPort) -> Bool {
    if let place = one.place, let elsewhere = other.place { return place == elsewhere }
    guard let usb = one.usb, let wanted = other.usb, usb.serialNumber != nil else { return false }
    return (usb.vendor, usb.product, usb.serialNumber)
      == (wanted.vendor, wanted.product, wanted.serialNumber)
  }

  /// The port that a selector names, of those that are connected, or as far as its name tells.
  static func port(
    _ selector: TransportSelector, in ports: [ConnectedPort]
  ) -> ConnectedPort {
    let found: ConnectedPort? =
      switch selector {
      case .usb(let usb):
        ports.first {
          $0.kind == .usb && ($0.usb?.vendor, $0.usb?.product) == (usb.vendor, usb.product)
            && (usb.serialNumber == nil || usb.serialNumber == $0.usb?.serialNumber)
        }
      case .serial(let path, _):
        PortList.port(at: path).flatMap { named in ports.first { $0.path == named.path } }
      case .terminal, .tcp: nil
      }
    guard var port = found else {
      let address = "\(selector)".drop { $0 != ":" }.dropFirst()
      return ConnectedPort(
        selector: selector, path: String(address), label: "", access: .allowed)
    }
    // With the speed that was named.
    port.selector = selector
    return port
  }
}
