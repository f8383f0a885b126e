import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import SimulatedCrossbar
import Testing

@Suite struct MeteredProductTests {
  private static let inputs: [Float] = [1, -1, 0.5, 0, 0.25, -0.75]

  @Test func productsAreForwardedAndCounted() async throws {
    let (bench, other) = (try Bench(), try Bench())
    let device = MeteredDevice(bench.simulator)
    #expect(device.multiplies)
    let sums = try await device.multiply(bench.region, by: Self.inputs)
    let back = try await device.multiply(
      bench.region, by: Array(Self.inputs[..<4]), transposed: true)
    #expect(sums == (try await other.simulator.multiply(bench.region, by: Self.inputs)))
    #expect(sums.count == 4 && back.count == 6)
    let account = await device.account
    #expect(account.products == 2 && account.reads == 0 && account.totals.all == 0)
    #expect(account.time > .zero)
  }

  @Test func whatCannotMultiplyRefuses() async throws {
    let bench = try Bench()
    let device = MeteredDevice(ScriptedDevice(bench.simulator, []))
    #expect(!device.multiplies)
    let error = await #expect(throws: DeviceError.self) {
      try await device.multiply(bench.region, by: Self.inputs)
    }
    #expect(error?.code == .refused)
    #expect(await device.account.products == 0)
  }

  /// What the interrupted run saw is gone: its states are not those of now.
  @Test func anInterruptedRunIsNotAnswered() async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let bench = try Bench()
    let session = try await LedgerSession.connect(
      bench.simulator, home: lab.home, run: run, program: "tests")
    let first = MeteredDevice(bench.simulator, journal: session.journal)
    _ = try await first.apply(bench.train(.uniform(.up, count: 1)))
    try await session.close(status: "interrupted")
    let device = MeteredDevice(bench.simulator, replay: try RunReplay(of: run.ledger))
    let error = await #expect(throws: DeviceError.self) {
      try await device.multiply(bench.region, by: Self.inputs)
    }
    #expect(error?.code == .readingLost)
    #expect(await device.account.readsLost == 1)
  }
}
