#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A host and a port, and the sockets to them.
struct InternetAddress {
  /// One of the addresses that a name has.
  struct Candidate {
    var family: Int32
    var bytes: [UInt8]

    /// Passes the address to a call.
    func with<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
      bytes.withUnsafeBytes {
        body($0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
      }
    }

    /// A socket that does not block, or -1.
    func makeSocket() -> Int32 {
      #if canImport(Darwin)
        let kind = SOCK_STREAM
      #else
        let kind = Int32(SOCK_STREAM.rawValue)
      #endif
      let number = socket(family, kind, 0)
      if number >= 0 {
        InternetAddress.prepare(number)
      }
      return number
    }
  }

  /// Has a socket not block and not be inherited.
  static func prepare(_ number: Int32) {
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
  }

  /// Sets an option that is a number.
  static func set(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Has frames leave at once, and a dead peer found within some ten seconds.
  static func prepareConnection(_ number: Int32) {
    prepare(number)
    let tcp = Int32(IPPROTO_TCP)
    set(number, tcp, TCP_NODELAY, 1)
    set(number, SOL_SOCKET, SO_KEEPALIVE, 1)
    #if !canImport(Darwin)
      set(number, tcp, TCP_KEEPIDLE, 5)
      set(number, tcp, TCP_KEEPINTVL, 2)
      set(number, tcp, TCP_KEEPCNT, 3)
      // The same for bytes that are on their way, in milliseconds.
      set(number, tcp, TCP_USER_TIMEOUT, 10_000)
    #endif
  }

  /// Tells the other side now that bytes have come.
  ///
  /// One that gathers small writes until then, as QEMU's sockets and many serial servers do, would wait for some
  /// 40 ms each time. To be called after each read, since Linux forgets it.
  static func acknowledgeAtOnce(_ number: Int32) {
    #if !canImport(Darwin)
      set(number, Int32(IPPROTO_TCP), TCP_QUICKACK, 1)
    #endif
  }

  /// The addresses of a name, asked of the system, which may wait for a name server.
  static func candidates(
    _ host: String, _ port: UInt16, subject: String
  ) throws(TransportError) -> [Candidate] {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICSERV
    #if canImport(Darwin)
      hints.ai_socktype = SOCK_STREAM
    #else
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(host, String(port), &hints, &list)
    guard result == 0 else {
      throw TransportError(
        .notFound, subject,
        "the name \(host) is not known (\(String(cString: gai_strerror(result)))). Check the name and the network"
      )
    }
    defer { freeaddrinfo(list) }
    var found: [Candidate] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr {
        let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        found.append(Candidate(family: entry.ai_family, bytes: Array(bytes)))
      }
      next = entry.ai_next
    }
    return found
  }

  /// `HOST:PORT`, with brackets around a host that has colons.
  static func text(_ host: String, _ port: UInt16) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
