internal import CPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The board's side of TCP, for boards without hardware: a stream to whichever host is connected.
///
/// One host at a time. Whoever connects while another is connected is closed at once, as a serial port that is
/// open is refused to the next program: a stray connection, of a port scanner say, must not take the line away
/// from a host that is pulsing. A host that died without a word is found by keepalive, within some ten seconds.
/// While no host is connected nothing is read, and what is written is gone. It is never lost.
public final class TCPListener: ByteTransport {
  /// The address that it listens at.
  public let host: String
  /// The port that it listens at.
  public let port: UInt16

  private var listening: Descriptor?
  private var client: DescriptorStream?

  /// Listens.
  ///
  /// - Parameters:
  ///   - host: an address of this machine. Nobody is asked who they are, so an address that others can reach
  ///     lets them pulse the board.
  ///   - port: 0 takes any that is free.
  /// - Throws: ``TransportError/Code/busy`` if another program listens there.
  public init(host: String = "127.0.0.1", port: UInt16 = 0) throws(TransportError) {
    let subject = "tcp:" + InternetAddress.text(host, port)
    guard let candidate = try InternetAddress.candidates(host, port, subject: subject).first else {
      throw TransportError(.notFound, subject, "the name has no address")
    }
    let number = candidate.makeSocket()
    guard number >= 0 else { throw .failed("socket", subject, errno) }
    let descriptor = Descriptor(number)
    // The port may be listened at again at once after the program has ended; not while another has it.
    InternetAddress.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    guard candidate.with({ bind(number, $0, $1) }) == 0, listen(number, 4) == 0 else {
      throw Self.unbound(subject, errno)
    }
    self.host = host
    self.port = port == 0 ? Self.port(of: number) : port
    listening = descriptor
  }

  /// `tcp:HOST:PORT`, which is what a host connects to.
  public var name: String { "tcp:" + InternetAddress.text(host, port) }

  /// Whether a host is connected, as far as was noticed.
  public var isHostPresent: Bool { client != nil }

  /// Reads what the host has sent.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    try accept()
    do {
      return try client?.read(most: count, lost: noHost) ?? []
    } catch {
      client = nil
      // Whoever waits in line was turned away or comes next.
      try accept()
      return []
    }
  }

  /// Sends bytes to the host, or to nobody.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    try accept()
    guard let client else { return bytes.count }
    do {
      return try client.write(bytes, lost: noHost)
    } catch {
      self.client = nil
      return bytes.count
    }
  }

  /// The descriptors of the host and of those who want to be one.
  public func watches(for readiness: Readiness) -> [Watch] {
    guard let listening else { return [] }
    return [Watch(listening.number, .readable)] + (client?.watches(for: readiness) ?? [])
  }

  /// Ends the connection and goes on listening, as a plug that is pulled and put back in.
  public func disconnect() { client = nil }

  /// Ends the connection and listens no more.
  public func close() { (client, listening) = (nil, nil) }

  /// Takes the next host, and turns away whoever comes besides.
  private func accept() throws(TransportError) {
    guard let listening else { throw .closed(name) }
    // A host that has left is read to its end first; who comes next waits for that, and is not turned away.
    if let client, client.hasLeft { return }
    while true {
      let number = systemAccept(listening.number)
      if number < 0 {
        let reason = errno
        // A guest that left again is nobody.
        if reason == EINTR || reason == ECONNABORTED { continue }
        // A guest who cannot be let in would be announced for ever.
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(reason) {
          throw .failed("accept", name, reason)
        }
        return
      }
      let guest = Descriptor(number)
      guard client == nil else { continue }
      InternetAddress.prepareConnection(number)
      client = DescriptorStream(name: name, isSocket: true, guest)
    }
  }

  private static func port(of number: Int32) -> UInt16 {
    var (address, size) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
    return withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(number, $0, &size)
      }
      // The port lies at the same place in addresses of both families.
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: $0.pointee.sin_port)
      }
    }
  }

  private static func unbound(_ subject: String, _ number: Int32) -> TransportError {
    switch number {
    case EADDRINUSE:
      TransportError(
        .busy, subject, "another program listens there; end it or choose another port",
        systemError: number)
    case EADDRNOTAVAIL:
      TransportError(
        .notFound, subject, "this machine has no such address", systemError: number)
    case EACCES:
      TransportError(
        .permissionDenied, subject, "ports below 1024 are for the administrator; choose another",
        systemError: number)
    default: .failed("bind", subject, number)
    }
  }

  private func noHost(_ number: Int32?, _ hasReceived: Bool) -> TransportError {
    TransportError(.lost, name, "the host is gone", systemError: number)
  }
}

extension DescriptorStream {
  /// Whether the other side sends no more, though what it sent may still be there to be read.
  fileprivate var hasLeft: Bool {
    guard let number = descriptor?.number else { return true }
    #if canImport(Darwin)
      var byte: UInt8 = 0
      return recv(number, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0
    #else
      // POLLRDHUP, which the C library shows only where GNU's additions are asked for.
      let hangUp: Int16 = 0x2000
      var state = pollfd(fd: number, events: hangUp, revents: 0)
      return poll(&state, 1, 0) > 0 && state.revents & (hangUp | Int16(POLLHUP | POLLERR)) != 0
    #endif
  }
}

/// accept(2), where a method of the same name hides it.
private func systemAccept(_ number: Int32) -> Int32 { accept(number, nil, nil) }
