/// What has become of a port between two looks.
public enum PortChange: Sendable, Hashable {
  /// It has been plugged in.
  case arrived(ConnectedPort)
  /// It has been pulled out; as it was when it was last seen.
  case departed(ConnectedPort)
  /// It may be opened now, or may not any more.
  case accessChanged(ConnectedPort)

  /// What is different in a later list: departures first, each in the order of its list.
  ///
  /// Who holds a port is no change of it.
  public static func between(
    _ before: [ConnectedPort], _ after: [ConnectedPort]
  ) -> [PortChange] {
    let (old, new) = (before.map(Key.init), after.map(Key.init))
    let (wasThere, isThere) = (Set(old), Set(new))
    let gone = zip(before, old).filter { !isThere.contains($1) }.map { PortChange.departed($0.0) }
    let earlier = Dictionary(zip(old, before)) { first, _ in first }
    let others: [PortChange] = zip(after, new).compactMap { port, key in
      guard wasThere.contains(key), let was = earlier[key] else { return .arrived(port) }
      return Permission(was) == Permission(port) ? nil : .accessChanged(port)
    }
    return gone + others
  }

  /// What makes a port the same one: another board at the same path is another port.
  private struct Key: Hashable {
    let kind: ConnectedPort.Kind
    let path: String
    let usb: USBIdentity?

    init(_ port: ConnectedPort) { (kind, path, usb) = (port.kind, port.path, port.usb) }
  }

  /// Whether it may be opened, and why not, whoever holds it.
  private struct Permission: Hashable {
    let explanation: String?

    init(_ port: ConnectedPort) {
      switch port.access {
      case .allowed, .held: explanation = port.flaw
      case .denied(_, let text), .absent(let text): explanation = text
      }
    }
  }
}
