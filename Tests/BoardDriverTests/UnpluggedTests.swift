import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Synchronization
import Testing

@testable import BoardDriver
@testable import VirtualBoard

/// A board on USB is unplugged at random moments: in a greeting, in a train, in a read, while it is put back.
@Suite(.serialized, .enabled(if: USBEmulator.isHere)) struct UnpluggedTests {
  /// Trains that end well, and trains that a break had an end to.
  private struct Ends {
    var whole = 0
    var broken = 0
  }

  /// Fires trains of all kinds until the device was unplugged and put back, and one more.
  private static func fire(
    _ host: CrashLab.Host, until isBack: () -> Bool, _ ends: inout Ends
  ) async {
    var isLast = false
    for number in 1... {
      let count = 1 + number * 7 % 40
      let train =
        switch number % 4 {
        case 0: host.train(.alternating(pairs: count), reads: 11)
        // Some milliseconds, so that breaks fall into its pulses.
        case 2: host.train(.uniform(.up, count: 20_000))
        default: host.train(.uniform(.down, count: count))
        }
      do throws(DeviceError) {
        _ = try await host.road.apply([train, train])
        ends.whole += 2
      } catch {
        ends.broken += 1
        #expect([.linkLost, .timedOut].contains(error.code), "\(error.explanation)")
        // Whoever is not put back is looked for in vain.
        if error.code == .notFound { return }
      }
      if isLast { return }
      isLast = isBack()
    }
  }

  @Test func twoHundredTimes() async throws {
    let seed: UInt64 = 7_335
    print("UnpluggedTests: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    var ends = Ends()
    // Boards with a past of a few rounds each: an audit goes over all of it.
    for board in 1...10 {
      let lab = try await CrashLab()
      let usb = try #require(lab.usb)
      for round in 1...20 {
        let host = try await lab.connect()
        try usb.tell("unplug urbs=\(1 + random.integer(below: 40))")
        let pause = random.integer(below: 4) == 0 ? random.integer(below: 200_000) : 0
        let isBack = Mutex(false)
        async let replug: Void = CrashLab.wait("the unplugging") {
          guard !usb.isPlugged else { return false }
          try await Task.sleep(for: .microseconds(pause))
          try lab.plug()
          isBack.withLock { $0 = true }
          return true
        }
        await Self.fire(host, until: { isBack.withLock { $0 } }, &ends)
        try await replug
        #expect(await host.device.connection.sessions > 1, "it was unplugged unnoticed")
        try await host.leave()
        try await lab.expectBalance(nil, "board \(board), round \(round)")
        guard isBack.withLock({ $0 }) else { return }
      }
    }
    print("UnpluggedTests: \(ends)")
    #expect(ends.whole > 200 && ends.broken > 0)
  }
}
