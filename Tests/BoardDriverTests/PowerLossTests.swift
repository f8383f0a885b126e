import BoardDriver
import DeviceContract
import Foundation
import PulseLedger
import SimulatedCrossbar
import Testing

@testable import VirtualBoard

/// Power fails at every write to the board's memory in turn, before it, within it and after it.
@Suite struct PowerLossTests {
  /// Trains of every kind, with more steps than a group and with reads.
  private static func trains(_ host: CrashLab.Host) -> [PulseTrain] {
    let cells = CrashLab.rows * CrashLab.columns
    let lines = { (count: Int) in
      (0..<count).map { BitLine(isNegative: $0 % 3 == 2, slots: [$0 % 2, 2, 3 + $0 % 4]) }
    }
    return [
      host.train(.uniform(.up, count: 10)),
      host.train(.counts((0..<cells).map { Int16($0 % 7 - 3) })),
      host.train(.alternating(pairs: 5), reads: 3),
      host.train(
        .outerProduct(
          rowLines: lines(CrashLab.rows), columnLines: lines(CrashLab.columns), slots: 8)),
    ]
  }

  /// Fires them one by one; goes on with the next one where one was broken off.
  ///
  /// - Returns: what the calls say of each.
  private static func fire(
    _ host: CrashLab.Host
  ) async -> [Result<Receipt, DeviceError>] {
    var ends: [Result<Receipt, DeviceError>] = []
    for train in trains(host) {
      do throws(DeviceError) {
        ends.append(.success(try await host.road.apply(train)))
      } catch {
        ends.append(.failure(error))
      }
    }
    return ends
  }

  /// How many writes the trains lead to where nothing fails.
  private static func writesOfAll() async throws -> Int {
    let power = PowerSwitch()
    let lab = try await CrashLab(powerFailure: power.fails)
    let host = try await lab.connect()
    power.fail(atWrite: nil, torn: .none)
    let ends = await fire(host)
    #expect(ends.allSatisfy { (try? $0.get()) != nil }, "\(ends)")
    try await host.leave()
    return power.writes
  }

  /// On USB, where each takes long, the worst of the three.
  @Test(arguments: USBEmulator.isHere ? [.half] : PowerSwitch.Torn.allCases)
  func atEveryWrite(torn: PowerSwitch.Torn) async throws {
    let writes = try await Self.writesOfAll()
    var (whole, broken, mostUncertain) = (0, 0, 0)
    for write in 1...writes {
      let power = PowerSwitch()
      let lab = try await CrashLab(powerFailure: power.fails)
      let host = try await lab.connect()
      let commanded = Self.trains(host).map(\.totals.all)
      power.fail(atWrite: write, torn: torn)
      let ends = await Self.fire(host)
      #expect(!power.isArmed, "power did not fail at write \(write)")
      try await host.leave()
      let context = "write \(write) of \(writes), \(torn) of it arrives"
      let balance = try await lab.expectBalance(nil, context)
      for (end, commanded) in zip(ends, commanded) {
        switch end {
        case .success(let receipt):
          whole += 1
          #expect(receipt.fired.all == commanded, "\(context)")
        case .failure(let error):
          broken += 1
          mostUncertain = max(mostUncertain, error.partial?.uncertain ?? 0)
          #expect(error.fired.upperBound <= commanded, "\(context)")
        }
      }
      // A group of steps, of all cells: the most that anybody may be unsure of.
      let most = CrashLab.group * CrashLab.rows * CrashLab.columns
      #expect(balance.uncertain <= most, "\(context)")
      #expect(balance.sure.all + balance.uncertain <= commanded.reduce(0, +), "\(context)")
    }
    print(
      "PowerLossTests: \(writes) writes, \(torn) of each arrives: \(whole) trains whole, \(broken) "
        + "broken off, at most \(mostUncertain) pulses uncertain")
    #expect(broken > 0 && whole > broken && mostUncertain > 0)
  }

  /// Power fails again while the board finishes the books of the train that it lost.
  @Test(arguments: [3, 5, 8])
  func againWhileTheBoardStarts(first: Int) async throws {
    // Starts differ in their number of writes; those that have fewer just start.
    for second in 1...12 {
      let power = PowerSwitch()
      let lab = try await CrashLab(powerFailure: power.fails)
      let host = try await lab.connect()
      power.fail(atWrite: first, andAgainAfter: second)
      _ = await Self.fire(host)
      try await host.leave()
      let balance = try await lab.expectBalance(nil, "write \(first), and \(second) writes later")
      #expect(balance.uncertain <= 2 * CrashLab.group * CrashLab.rows * CrashLab.columns)
    }
  }

  /// The lock of the board's memory outlives the board for a moment.
  ///
  /// So it does where a process that was just forked off has the file as well. The board comes back when it can.
  @Test func theFilesComeBackLater() async throws {
    let power = PowerSwitch()
    let lab = try await CrashLab(powerFailure: power.fails)
    let host = try await lab.connect()
    let copy = try #require(Self.duplicate(lab.memory))
    let release = Task {
      try await Task.sleep(for: .milliseconds(300))
      close(copy)
    }
    power.fail(atWrite: 5)
    let ends = await Self.fire(host)
    _ = await release.result
    #expect(!power.isArmed)
    #expect(ends.contains { (try? $0.get()) == nil } && ends.contains { (try? $0.get()) != nil })
    try await host.leave()
    try await lab.expectBalance()
  }

  /// Another descriptor of a file that this process has open, lock included.
  private static func duplicate(_ path: String) -> Int32? {
    let folder = "/proc/self/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let name = names.first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path
    }
    return name.flatMap(Int32.init).map { dup($0) }
  }
}
