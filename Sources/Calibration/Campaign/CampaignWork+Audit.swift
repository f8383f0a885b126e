import DeviceContract
import Foundation
import PulseLedger
import SymmetricPoint

extension CampaignWork {
  /// Squared innovations by their expected variance beyond which an array does not respond as the method takes it to.
  static let mostInnovation = 1.6
  /// As many failures as that have a chance of one in a hundred if all that are asked are right.
  static let leastChance = 0.01

  /// Asks cells whether they are where they are said to be.
  ///
  /// A sample of those called converged; all of them where the array, the user or the sample gives reason to. Cells of
  /// another response (``SymmetricPointEstimate/Verdict/model``) are always asked: it is the way to be believed.
  mutating func audit() async {
    guard goesOn, let planned = auditPlan else { return }
    let before = await device.account
    let converged = estimates.indices.filter { estimates[$0].verdict == .converged }
    let others = estimates.indices.filter { estimates[$0].verdict == .model }
    let isMisfit = innovationRatio > Self.mostInnovation
    let wantsAll = planned.cells >= region.count
    var audit = CampaignAudit(
      extent: isMisfit ? .misfit : wantsAll ? .all : .sample,
      passed: Array(repeating: nil, count: estimates.count), sampled: 0, sampleFailures: 0,
      falseAlarms: planned.falseAlarms, chance: 1)
    let sample = CellSample.draw(
      await affordable(converged).isEmpty ? 0 : planned.cells, of: await affordable(converged),
      seed: plan.seed, stream: Self.stream)
    await ask(sample, planned, &audit)
    audit.sampled = sample.count { audit.passed[$0] != nil }
    audit.sampleFailures = sample.count { audit.passed[$0] == false }
    audit.chance = Self.chance(
      of: audit.sampleFailures, in: audit.sampled, each: planned.falseAlarms)
    if audit.extent == .sample, audit.chance < Self.leastChance { audit.extent = .failures }
    await ask(others, planned, &audit)
    if audit.extent != .sample {
      await ask(converged.filter { audit.passed[$0] == nil }, planned, &audit)
      // What nobody vouches for is not called converged where there is a reason to doubt all.
      if audit.extent != .all {
        for cell in converged where audit.passed[cell] == nil { estimates[cell].verdict = .model }
      }
    }
    estimates = planned.audit.applied(audit.passed, to: estimates)
    audited = audit
    await close(.audit, cells: audit.asked, since: before)
  }

  /// Asks as many of some cells as can be paid; what was found is applied in the end.
  private mutating func ask(
    _ cells: [Int], _ planned: AuditPlan, _ audit: inout CampaignAudit
  ) async {
    guard stop == nil else { return }
    var asked = await affordable(cells)
    while !asked.isEmpty {
      let quote = planned.quote(cells: asked.count, on: region, of: device.capabilities)
      if await fits(quote) { break }
      asked = CellSample.draw(
        asked.count * 3 / 4, of: asked, seed: plan.seed, stream: Self.stream + 1)
    }
    guard !asked.isEmpty else { return }
    await tell(.audit, done: audit.asked, of: audit.asked + asked.count)
    var points: [Double?] = Array(repeating: nil, count: estimates.count)
    for cell in asked { points[cell] = Double(estimates[cell].value) }
    do throws(DeviceError) {
      let passed = try await planned.audit.run(on: device, region: region, points: points)
      for cell in asked { audit.passed[cell] = passed[cell] }
    } catch {
      end(error)
    }
    await tell(.audit, done: audit.asked, of: audit.asked)
  }

  /// Those of some cells that have enough pulses left.
  private func affordable(_ cells: [Int]) async -> [Int] {
    guard let most = auditPlan?.audit.mostPulses else { return [] }
    let room = await room()
    return cells.filter { room[$0] >= most }
  }

  /// The chance of so many failures or more.
  static func chance(of failures: Int, in cells: Int, each part: Double) -> Double {
    guard failures > 0, part > 0 else { return failures > 0 ? 0 : 1 }
    guard part < 1 else { return 1 }
    var (term, below) = (pow(1 - part, Double(cells)), 0.0)
    for count in 0..<failures {
      below += term
      term *= Double(cells - count) / Double(count + 1) * part / (1 - part)
    }
    return max(0, 1 - below)
  }

  /// What the cells of a sample are drawn from, apart from all other draws of a seed.
  private static let stream: UInt64 = 0xA0D17
}
