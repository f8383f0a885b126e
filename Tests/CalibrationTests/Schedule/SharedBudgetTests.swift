import DeviceContract
import PhysicalUnits
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Testing

@testable import Calibration

/// What several campaigns may spend together.
@Suite struct SharedBudgetTests {
  private static func request(
    _ priority: Int, pulses: ClosedRange<Int>, energy: ClosedRange<Double> = 0...0
  ) -> SharedBudget.Request {
    SharedBudget.Request(
      priority: priority,
      expected: CampaignSpending(pulses: pulses.lowerBound, energy: Joules(energy.lowerBound)),
      most: CampaignSpending(pulses: pulses.upperBound, energy: Joules(energy.upperBound)))
  }

  /// Everyone gets the expected cost by priority, and what is left goes up to the worst case in the same order.
  @Test func expectedCostsComeFirst() {
    let grants = SharedBudget(pulses: 1_000).grants([
      Self.request(0, pulses: 300...500), Self.request(1, pulses: 400...600),
      Self.request(0, pulses: 350...400), Self.request(0, pulses: 50...900),
    ])
    #expect(
      grants == [
        .part(SharedBudget(pulses: 350)), .part(SharedBudget(pulses: 600)),
        .nothing(left: SharedBudget(pulses: 300)), .part(SharedBudget(pulses: 50)),
      ])
  }

  /// The scarcer of two decides.
  @Test func bothMustBeLeft() {
    let budget = SharedBudget(pulses: 1_000, energy: Joules(3))
    let grants = budget.grants([
      Self.request(0, pulses: 100...200, energy: 2...4),
      Self.request(0, pulses: 100...200, energy: 2...2),
    ])
    #expect(grants[0] == .part(SharedBudget(pulses: 200, energy: Joules(3))))
    #expect(grants[1] == .nothing(left: SharedBudget(pulses: 900, energy: Joules(1))))
    #expect(
      budget.less(CampaignSpending(pulses: 2_000, energy: Joules(1)))
        == SharedBudget(pulses: 0, energy: Joules(2)))
  }

  /// The sum is never more than there is, for any wishes.
  @Test func theSumIsNeverMore() {
    for pool in stride(from: 0, through: 3_000, by: 37) {
      let requests = (0..<7).map { place in
        let expected = (place * 131 + pool * 7) % 600
        return Self.request(place % 3, pulses: expected...(expected + (place * 53) % 400))
      }
      let grants = SharedBudget(pulses: pool).grants(requests)
      let parts = zip(grants, requests).map { grant, request in
        guard case .part(let part) = grant else { return 0 }
        let pulses = part.pulses ?? 0
        #expect((request.expected.pulses...request.most.pulses).contains(pulses))
        return pulses
      }
      #expect(parts.reduce(0, +) <= pool)
    }
  }

  /// Campaigns that are held to their parts spend no pulse more than there is, and the same road refuses the next.
  @Test func campaignsKeepToTheirParts() async throws {
    let seed: UInt64 = 20_264
    print("SharedBudgetTests.campaignsKeepToTheirParts: seed \(seed)")
    let array = try PlannerTests.expectation("low-noise")
    func simulator(_ place: UInt64) throws -> SimulatedCrossbar {
      var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
      (settings.rows, settings.columns, settings.seed) = (8, 8, seed + place)
      return try SimulatedCrossbar(settings)
    }
    let planner = CalibrationPlanner(array, tolerance: .part(0.02))
    let region = try simulator(0).capabilities.whole()
    let free = try await planner.plan(on: MeteredDevice(simulator(0)), region: region)
    let request = SharedBudget.Request(
      expected: CampaignSpending(pulses: free.expected.pulses),
      most: CampaignSpending(pulses: free.worst.pulses))
    // Enough for two and a half.
    let budget = SharedBudget(pulses: free.expected.pulses * 5 / 2)
    let grants = budget.grants([request, request, request])
    var spent = 0
    for (place, grant) in grants.enumerated() {
      guard case .part(let part) = grant else {
        #expect(place == 2)
        continue
      }
      let device = MeteredDevice(
        try simulator(UInt64(place)),
        limits: try LimitSet([LimitSource("schedule", part.limits)]))
      let plan = try await planner.plan(on: device, region: region)
      #expect(plan.verdict == .measures)
      let found = try await plan.search.run(on: device, region: region) { _ in }
      #expect(found.stoppedBy == nil)
      spent += await device.account.totals.all
    }
    #expect(spent > 0 && spent <= budget.pulses ?? 0)
  }
}
