import Foundation
import Testing

@testable import BoardTransport

/// Streams over libusb, with devices of umockdev at the other end.
@Suite(.serialized, .enabled(if: USBEmulator.isHere)) struct USBTransportTests {
  private static func open(_ device: EmulatedDevice) throws(TransportError) -> USBTransport {
    try USBTransport(
      USBSelector(vendor: 0x1209, product: 1, serialNumber: device.serialNumber))
  }

  /// Sends bytes to a device that sends them back, and returns what has come.
  private static func echo(_ bytes: [UInt8], over line: USBTransport) throws -> [UInt8] {
    let deadline = MonotonicTime.after(milliseconds: longest)
    var (left, arrived) = (bytes[...], [UInt8]())
    while arrived.count < bytes.count, MonotonicTime.now < deadline {
      let moved = try line.write(left)
      left = left.dropFirst(moved)
      let more = try line.read(most: 1 << 16)
      arrived += more
      if moved == 0, more.isEmpty {
        let readiness: Readiness = left.isEmpty ? .readable : [.readable, .writable]
        _ = try line.wait(for: readiness, until: deadline, wake: nil)
      }
    }
    return arrived
  }

  @Test(arguments: ["speed=480", "speed=12"])
  func bytesArriveInOrder(speed: String) throws {
    let device = try EmulatedDevice("board=echo \(speed)")
    let line = try Self.open(device)
    #expect(line.name == "usb:1209:0001:\(device.serialNumber)")
    let bytes = pattern(300_000, 7)
    #expect(try Self.echo(bytes, over: line) == bytes)
    line.close()
    #expect(failure { _ = try line.read(most: 1) }?.code == .lost)
    #expect(failure { _ = try line.write([1]) }?.code == .lost)
    #expect(line.watches(for: .readable).isEmpty)
  }

  /// Packets end anywhere.
  @Test func shortPacketsAreNoEnds() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    try device.tell("short seed=5")
    let bytes = pattern(100_000, 11)
    #expect(try Self.echo(bytes, over: line) == bytes)
  }

  @Test func lastWordsLeave() throws {
    let device = try EmulatedDevice("board=silent")
    let line = try Self.open(device)
    let bytes = pattern(9_000, 3)
    var left = bytes[...]
    while !left.isEmpty { left = left.dropFirst(try line.write(left)) }
    line.close()
    #expect(try device.received == bytes)
  }

  /// The endpoint works again after it, and what comes later has not changed its order.
  @Test(arguments: ["in", "out"], [1, 3])
  func aStallIsCleared(endpoint: String, count: Int) throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    #expect(try Self.echo([1, 2, 3], over: line) == [1, 2, 3])
    try device.tell("stall \(endpoint) count=\(count)")
    // Bytes may be lost in it; the protocol above asks for them again.
    let end = MonotonicTime.after(milliseconds: longest)
    var answers: [UInt8] = []
    while answers.last != 99, MonotonicTime.now < end {
      _ = try line.write([99])
      _ = try line.wait(for: .readable, until: MonotonicTime.after(milliseconds: 20), wake: nil)
      answers += try line.read(most: 100)
    }
    #expect(answers.last == 99)
    #expect(try device.count("halts") >= 1)
    // What is still on its way from before comes first.
    let bytes = pattern(20_000, 5)
    var arrived = try Self.echo(bytes, over: line)
    while arrived.first == 99 { arrived.removeFirst() }
    #expect(bytes.starts(with: arrived) && arrived.count > 19_000)
  }

  @Test(arguments: ["in", "out"])
  func aFewFaultsAreOutlived(endpoint: String) throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    try device.tell("error \(endpoint) count=3")
    let end = MonotonicTime.after(milliseconds: longest)
    var answers: [UInt8] = []
    while answers.isEmpty, MonotonicTime.now < end {
      _ = try line.write([7])
      _ = try line.wait(for: .readable, until: MonotonicTime.after(milliseconds: 20), wake: nil)
      answers += try line.read(most: 100)
    }
    #expect(answers.first == 7)
  }

  @Test func manyFaultsEndTheStream() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    try device.tell("error in count=1000000")
    let error = readUntilLost(line).error
    #expect(error?.code == .lost && error?.explanation.contains("one after another") == true)
  }

  /// A board that takes nothing keeps nobody waiting for good, and does not get old words when it comes round.
  @Test func whatIsNotTakenInTimeIsGivenUp() throws {
    let device = try EmulatedDevice("board=silent")
    let line = try Self.open(device)
    try device.tell("hold out")
    var transfers = 0
    while try line.write(pattern(5_000, 1)) > 0 { transfers += 1 }
    #expect(transfers > 1)
    #expect(
      try line.wait(for: .writable, until: MonotonicTime.after(milliseconds: 50), wake: nil)
        .isEmpty)
    #expect(
      try line.wait(
        for: .writable, until: MonotonicTime.after(milliseconds: longest), wake: nil)
        == .writable)
    let end = MonotonicTime.after(milliseconds: longest)
    while try device.count("discards") < transfers, MonotonicTime.now < end {
      _ = try line.wait(for: .readable, until: MonotonicTime.after(milliseconds: 20), wake: nil)
    }
    try device.emulator.tell("release \(device.name)")
    #expect(try line.write([42]) == 1)
    line.close()
    let received = try device.received
    #expect(received == [42], "\(received.count) bytes")
  }

  /// Transfers that wait are cancelled, so closing does not wait for the board.
  @Test func closingCancels() throws {
    let device = try EmulatedDevice("board=silent")
    let line = try Self.open(device)
    try device.tell("hold both")
    _ = try line.write([1])
    line.close()
    #expect(try device.count("discards") > 1)
    try device.emulator.tell("release \(device.name)")
    // The interface is free.
    let next = try Self.open(device)
    #expect(try next.write([1]) == 1)
  }

  @Test func unpluggingEndsTheStream() throws {
    let device = try EmulatedDevice("board=silent")
    let line = try Self.open(device)
    try device.unplug()
    let (error, wakeUps) = readUntilLost(line)
    #expect(error?.code == .lost && error?.explanation.contains("cable") == true)
    #expect(wakeUps < 100)
    #expect(failure { _ = try line.write([1]) }?.code == .lost)
    line.close()
    #expect(failure { _ = try Self.open(device) }?.code == .notFound)
    // The same device at another address.
    try device.plug("board=echo")
    #expect(try Self.echo([5], over: try Self.open(device)) == [5])
  }

  /// In the middle of transfers, at each of the first of them.
  @Test func unpluggingAtAnyTransfer() throws {
    let device = try EmulatedDevice("board=echo")
    for count in 1...25 {
      try device.tell("unplug urbs=\(count)")
      let error = failure {
        let line = try Self.open(device)
        defer { line.close() }
        _ = try Self.echo(pattern(200_000, 1), over: line)
      }
      #expect([.lost, .notFound].contains(error?.code), "\(count): \(String(describing: error))")
      try device.plug("board=echo")
    }
  }

  @Test func suspendingEndsTheStream() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    try device.emulator.tell("suspend \(device.name)")
    #expect(readUntilLost(line).error?.code == .lost)
    line.close()
    let asleep = failure {
      let line = try Self.open(device)
      _ = try Self.echo([1], over: line)
    }
    #expect(asleep?.code == .lost, "\(String(describing: asleep))")
    try device.emulator.tell("resume \(device.name)")
    #expect(try Self.echo([5], over: try Self.open(device)) == [5])
  }

  @Test func oneProgramAtATime() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    let error = failure { _ = try Self.open(device) }
    #expect(error?.code == .busy)
    #expect(
      error?.explanation.contains("process \(getpid())") == true, "\(error?.explanation ?? "")")
    line.close()
    _ = try Self.open(device)
  }

  /// Some driver or program that takes no locks has the interface.
  @Test func aClaimedInterfaceIsBusy() throws {
    let device = try EmulatedDevice("board=echo")
    try device.tell("busy on")
    #expect(failure { _ = try Self.open(device) }?.code == .busy)
    try device.tell("busy off")
    _ = try Self.open(device)
  }

  @Test func whatIsNoBoardIsNotWrittenTo() throws {
    let device = try EmulatedDevice("board=echo interface=FF/00/00")
    let error = failure { _ = try Self.open(device) }
    #expect(error?.code == .notADevice)
    #expect(error?.explanation.contains("nothing was sent") == true)
    #expect(try device.received.isEmpty)
    #expect(try device.count("claims") == 0)
  }

  @Test func oneOfSeveralIsNamed() throws {
    let (first, second) = (try EmulatedDevice("board=echo"), try EmulatedDevice("board=echo"))
    let error = failure { _ = try USBTransport(USBSelector(vendor: 0x1209, product: 1)) }
    #expect(error?.code == .badSelector)
    for device in [first, second] {
      #expect(error?.explanation.contains("usb:1209:0001:\(device.serialNumber)") == true)
    }
    try first.unplug()
    let line = try USBTransport(USBSelector(vendor: 0x1209, product: 1))
    #expect(line.device.usb.serialNumber == second.serialNumber)
  }

  @Test func whatIsNotThereIsSaid() {
    let error = failure {
      _ = try USBTransport(USBSelector(vendor: 0x1209, product: 2, serialNumber: "X"))
    }
    #expect(error?.code == .notFound && error?.subject == "usb:1209:0002:X")
  }

  /// Past whoever has the board, and while its endpoints take nothing.
  @Test func theStopGoesBesideTheBytes() throws {
    let device = try EmulatedDevice("board=core")
    let line = try Self.open(device)
    try device.tell("hold both")
    #expect(try line.stopBeside())
    #expect(try device.count("stops") == 1)
    let selector = TransportSelector.usb(
      USBSelector(vendor: 0x1209, product: 1, serialNumber: device.serialNumber))
    try selector.stopBeside()
    #expect(try device.count("stops") == 2)
  }

  @Test func aDeviceWithoutTheRequestSaysSo() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    #expect(failure { _ = try line.stopBeside() }?.code == .unsupported)
  }

  /// No request goes to what has the numbers of a board and not its interface, and it is in nobody's way.
  @Test func strangersAreNotStopped() throws {
    let stranger = try EmulatedDevice("board=core interface=FF/00/00")
    let selector = TransportSelector.usb(USBSelector(vendor: 0x1209, product: 1))
    #expect(failure { try selector.stopBeside() }?.code == .notADevice)
    let board = try EmulatedDevice("board=core")
    try selector.stopBeside()
    #expect(try board.count("stops") == 1)
    #expect(try stranger.count("stops") == 0 && stranger.count("control") == 0)
  }

  /// An answer that fills its packets is there, though no empty one follows.
  @Test(arguments: [64, 512, 1_024, 4_096], ["speed=480", "speed=12"])
  func fullPacketsArrive(count: Int, speed: String) throws {
    let device = try EmulatedDevice("board=echo \(speed)")
    let bytes = pattern(count, 13)
    #expect(try Self.echo(bytes, over: try Self.open(device)) == bytes)
  }

  @Test func waitsEndInTime() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    let soon = MonotonicTime.after(milliseconds: 20)
    #expect(try line.wait(for: .readable, until: soon, wake: nil).isEmpty)
    #expect(MonotonicTime.now >= soon)
    #expect(try line.wait(for: .writable, until: nil, wake: nil) == .writable)
    let ends = try PipeTransport.pair()
    _ = try ends.board.write([1])
    let wake = try #require(ends.host.watches(for: .readable).first).descriptor
    #expect(try line.wait(for: .readable, until: nil, wake: wake) == .woken)
  }

  /// A watch that a device's thread waits for is ready when there is something to do.
  @Test func watchesWakeThreads() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try Self.open(device)
    let end = MonotonicTime.after(milliseconds: longest)
    _ = try line.write([1, 2, 3])
    var arrived: [UInt8] = []
    while arrived.count < 3, MonotonicTime.now < end {
      _ = Polling.wait(line.watches(for: .readable), until: end)
      arrived += try line.read(most: 1)
    }
    #expect(arrived == [1, 2, 3])
  }
}
