import DeviceContract
import PhysicalUnits
import PulseLedger
import SymmetricPoint
import Synchronization

/// Where a campaign stands, and what it may still spend.
struct CampaignWork {
  let plan: PlannedCalibration
  let device: MeteredDevice
  let region: CellRegion
  let pause: @Sendable () async -> Void
  let progress: @Sendable (CampaignProgress) async -> Void
  /// The worst case that was promised.
  private let quote: PulseQuote
  /// What had been spent before.
  private let start: PulseSpending
  private let exposuresBefore: Int
  /// Pulses of each cell before.
  private let countsBefore: CellCounts
  private var stages: [CampaignStage] = []
  private var found: SearchResult?
  /// What is known of each cell.
  var estimates: [SymmetricPointEstimate] = []
  /// How cells are asked: as planned, or as the noise that was found asks for.
  private(set) var auditPlan: AuditPlan?
  var audited: CampaignAudit?
  var replanning: Replanning?
  /// Why it ended before it was done.
  private(set) var stop: DeviceError?
  /// The reads of the region, and the way of the search.
  private var reads = 0
  private var course: [SearchProgress] = []

  init(
    _ plan: PlannedCalibration, on device: MeteredDevice, _ region: CellRegion, quote: PulseQuote,
    pause: @escaping @Sendable () async -> Void,
    progress: @escaping @Sendable (CampaignProgress) async -> Void
  ) async {
    (self.plan, self.device, self.region, self.quote) = (plan, device, region, quote)
    (self.pause, self.progress) = (pause, progress)
    auditPlan = plan.audit
    start = await device.spending
    exposuresBefore = await device.account.exposures
    countsBefore = await device.counts(of: region)
  }

  /// Whether the parts that are to come make sense.
  var goesOn: Bool { stop == nil && replanning?.verdict != .outOfReach && found != nil }

  /// How the median cell differs from what the method takes it to be.
  var innovationRatio: Double { found?.innovationRatio ?? 1 }

  /// The end as it stands now.
  var result: CampaignResult {
    CampaignResult(
      plan: plan,
      found: SearchResult(
        region: region, estimates: estimates, reads: reads, innovationRatio: innovationRatio,
        course: course, cells: found?.cells ?? [], trace: found?.trace, steps: found?.steps,
        driftRatio: found?.driftRatio, stoppedBy: stop),
      stages: stages, audit: audited, replanning: replanning)
  }

  /// Finds the symmetric points, and looks at the plan anew when the first pulses have said what the array is like.
  mutating func search() async throws(DeviceError) {
    let (plan, device, region, progress, pause, start) = (
      plan, device, region, progress, pause, start
    )
    let left = try await device.allowance(of: .calibrate, on: region)
    let box = LearntPlan()
    let before = await device.account
    let result = try await plan.search.run(
      on: device, region: region,
      review: { figures in
        let spent = await device.spending.pulses - start.pulses
        let review = Replanning.look(
          at: plan, figures, spent: spent, on: region, of: device.capabilities, left: left)
        box.keep(review)
        return review.0.verdict != .outOfReach
      },
      progress: {
        await progress(CampaignProgress(part: .search, progress: $0, pulses: $0.pulses))
        await pause()
      })
    (found, estimates) = (result, result.estimates)
    (reads, course, stop) = (result.reads, result.course, result.stoppedBy)
    if let (review, audit) = box.value { (replanning, auditPlan) = (review, audit) }
    await close(.search, cells: region.count, since: before)
  }

  /// Books a part that is over.
  mutating func close(_ part: CampaignPart, cells: Int, since before: PulseAccount) async {
    let account = await device.account
    stages.append(
      CampaignStage(
        part: part, cells: cells, pulses: account.totals.all - before.totals.all,
        reads: account.reads - before.reads))
    if part != .search {
      reads += (account.reads - before.reads + region.count - 1) / region.count
    }
    let counts = await device.counts(of: region, cause: .calibrate)
    for cell in estimates.indices {
      estimates[cell].pulses = Int(counts.up[cell] + counts.down[cell])
    }
  }

  /// Ends the campaign before it is done.
  mutating func end(_ error: DeviceError) { stop = error }

  /// Whether a part can be paid with what the quote and the limits have left.
  ///
  /// Pulses of single cells are not asked about: see ``room(of:)``.
  func fits(_ part: PulseQuote) async -> Bool {
    let now = await device.spending
    let exposures = await device.account.exposures - exposuresBefore
    guard now.pulses - start.pulses + part.pulses.all <= quote.pulses.all,
      now.energy - start.energy + part.mostEnergy <= quote.mostEnergy,
      now.time - start.time + part.mostTime <= quote.mostTime,
      exposures + part.mostExposures <= quote.mostExposures
    else { return false }
    var part = part
    part.perCell = 0
    return (try? await device.check(part, on: region)) != nil
  }

  /// Pulses that each cell may still get.
  func room() async -> [Int] {
    let counts = await device.counts(of: region)
    return counts.up.indices.map { cell in
      let spent = Int(counts.up[cell] + counts.down[cell])
      let before = Int(countsBefore.up[cell] + countsBefore.down[cell])
      return quote.perCell - (spent - before)
    }
  }

  /// Tells how far a part is, and waits where that is asked for.
  func tell(_ part: CampaignPart, done: Int, of cells: Int) async {
    let pulses = await device.spending.pulses - start.pulses
    await progress(
      CampaignProgress(
        part: part,
        progress: SearchProgress(done: done, cells: cells, pulses: pulses, reads: reads),
        pulses: pulses))
    await pause()
  }
}

/// What a review has made of a plan, kept for the campaign that asked for it.
private final class LearntPlan: Sendable {
  private let kept = Mutex<(Replanning, AuditPlan?)?>(nil)
  var value: (Replanning, AuditPlan?)? { kept.withLock { $0 } }
  func keep(_ review: (Replanning, AuditPlan?)) { kept.withLock { $0 = review } }
}
