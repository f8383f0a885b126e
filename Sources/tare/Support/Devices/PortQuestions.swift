import BoardDriver
import BoardTransport
import DeviceContract

/// Greets ports, each for a short time: the ports of one board one after the other, boards side by side.
struct PortQuestions {
  /// How long an answer is waited for.
  let milliseconds: Int

  /// The answers, by the places of the ports in the list; those that may not be opened are not asked.
  func ask(_ ports: [ConnectedPort]) async -> [Int: PortRecord.Answer] {
    let asked = ports.indices.filter { ports[$0].mayBeOpened }
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
      var all: [Int: PortRecord.Answer] = [:]
      for await answers in tasks {
        for (place, answer) in answers { all[place] = answer }
      }
      return all
    }
  }

  private func ask(_ port: ConnectedPort) async -> PortRecord.Answer {
    let selector = port.selector
    let name = "\(selector)"
    do {
      return .board(
        try await BoardGreeting.ask(name, program: TareCommand.program, within: milliseconds) {
          () throws(TransportError) in try selector.open()
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
