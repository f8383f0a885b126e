import BoardTransport
import Foundation
import WireProtocol

/// Round trips of the link itself: PING to STATUS, from the first byte written to the frame that is understood.
enum LinkProbe {
  static func roundTrip(
    _ open: @Sendable () throws(TransportError) -> any ByteTransport, repeats: Int
  ) throws -> Spread {
    let line = try open()
    defer { line.close() }
    var link = HostLink()
    link.greet(
      Wire.Hello(
        nonce: 77, leastMinor: 0, mostMinor: Wire.minor, isDry: 0,
        program: Array("tare-benchmarks".utf8)), at: MonotonicTime.now)
    try pass(&link, line) { if case .greeted = $0 { true } else { false } }
    var times: [Double] = []
    for tag in 1...UInt32(2 * repeats) {
      let time = try Stopwatch.seconds {
        link.sendNow(Wire.Ping(isGap: 0, tag: tag), at: MonotonicTime.now)
        try pass(&link, line) { if case .status = $0 { true } else { false } }
      }
      // Processors that have idled wake up slowly at first.
      if tag > UInt32(repeats) { times.append(time) }
    }
    return Spread(times)
  }

  /// Moves bytes until something has happened.
  private static func pass(
    _ link: inout HostLink, _ line: any ByteTransport, until isIt: (HostLink.Event) -> Bool
  ) throws {
    let end = MonotonicTime.after(milliseconds: 3000)
    while MonotonicTime.now < end {
      let bytes = link.takeOutput(at: MonotonicTime.now)
      if !bytes.isEmpty { _ = try line.write(bytes) }
      _ = try line.wait(for: .readable, until: end)
      link.receive(try line.read(most: 1 << 16), at: MonotonicTime.now)
      if link.takeEvents().contains(where: isIt) { return }
    }
    throw CocoaError(.fileReadUnknown)
  }
}
