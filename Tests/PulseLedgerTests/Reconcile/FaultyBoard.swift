import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar

/// A board that counts and remembers, and fails as real ones do when they are told to.
actor FaultyBoard: JournaledDevice {
  /// What happens to the next train.
  enum Fault {
    /// The reply is lost after the train ran whole.
    case loseReply
    /// Power fails after some steps; as many more are uncertain, and counted.
    case losePower(after: Int, uncertain: Int)
    /// The train never arrives.
    case loseTrain
  }

  nonisolated let capabilities: Capabilities
  private var counts: [CellCounts]
  private var outcomes: [UInt64: JournaledOutcome] = [:]
  private var last: UInt64 = 0
  private var epoch: UInt64 = 7
  private var fault: Fault?
  /// Seconds; what receipts say is 1.
  private var clock = 0.0

  init(serialNumber: String = "FB-1", durability: CounterDurability = .everyPulse) throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("ecram")))
    (settings.rows, settings.columns, settings.tiles) = (9, 8, 2)
    var capabilities = try SimulatedCrossbar(settings).capabilities
    capabilities.identity = DeviceIdentity(
      model: "faulty board", serialNumber: serialNumber, firmware: "1")
    capabilities.counterDurability = durability
    self.capabilities = capabilities
    counts = [CellCounts(cells: 72), CellCounts(cells: 72)]
  }

  func fail(_ fault: Fault) { self.fault = fault }

  /// The memory was replaced: numbers and counts start anew.
  func loseMemory() {
    epoch += 1
    counts = [CellCounts(cells: 72), CellCounts(cells: 72)]
    (outcomes, last) = ([:], 0)
  }

  /// Everything as it was before.
  struct Image: Sendable {
    fileprivate var counts: [CellCounts]
    fileprivate var outcomes: [UInt64: JournaledOutcome]
    fileprivate var last: UInt64
  }

  var image: Image { Image(counts: counts, outcomes: outcomes, last: last) }

  func restore(_ image: Image) {
    (counts, outcomes, last) = (image.counts, image.outcomes, image.last)
  }

  /// Pulses behind the journal's back.
  func count(up: UInt32, row: Int, column: Int) { counts[0].up[row * 8 + column] += up }

  func forget() { outcomes = [:] }

  func show(clock: Double) { self.clock = clock }

  func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt {
    try apply(train, number: last + 1)
  }

  func apply(_ train: PulseTrain, number: UInt64) throws(DeviceError) -> Receipt {
    let fault = fault
    self.fault = nil
    let shape = try capabilities.check(train)
    guard number == last + 1 else {
      throw .refused("train \(last + 1) must follow; \(number) was given; nothing was fired")
    }
    let bounds = 0...train.totals.all
    if case .loseTrain = fault {
      throw DeviceError(code: .linkLost, fired: bounds, explanation: "the link broke")
    }
    last = number
    var (steps, uncertain) = (train.steps, 0)
    if case .losePower(let after, let more) = fault { (steps, uncertain) = (after, more) }
    let sure = train.first(steps: steps)
    add(train.first(steps: steps + uncertain))
    let more = train.first(steps: steps + uncertain).totals.all - sure.totals.all
    outcomes[number] = JournaledOutcome(
      number: number, digest: train.digest, steps: steps, uncertainSteps: uncertain,
      fired: sure.totals, uncertain: more, clock: Seconds(Double(number)))
    if fault != nil {
      throw DeviceError(code: .linkLost, fired: bounds, explanation: "the link broke")
    }
    return Receipt(fired: train.totals, shape: shape, clock: Seconds(1), odometer: totals)
  }

  private var totals: PulseTotals { counts.reduce(PulseTotals()) { $0 + $1.totals } }

  private func add(_ train: PulseTrain) {
    let cells = train.cellCounts
    let tile = train.region.tile.index
    for row in train.region.rows {
      for column in train.region.columns {
        let offset = train.region.offset(row: row, column: column)
        counts[tile].up[row.index * 8 + column.index] += cells.up[offset]
        counts[tile].down[row.index * 8 + column.index] += cells.down[offset]
      }
    }
  }

  func read(_ request: ReadRequest) throws(DeviceError) -> Reading {
    Reading(
      region: request.region, weights: Array(repeating: 0, count: request.region.count),
      averages: request.averages)
  }

  func odometer(of region: CellRegion) throws(DeviceError) -> CellCounts {
    var part = CellCounts(cells: region.count)
    for row in region.rows {
      for column in region.columns {
        let (offset, cell) = (
          region.offset(row: row, column: column), row.index * 8 + column.index
        )
        part.up[offset] = counts[region.tile.index].up[cell]
        part.down[offset] = counts[region.tile.index].down[cell]
      }
    }
    return part
  }

  func park() {}

  func history() throws(DeviceError) -> DeviceHistory {
    DeviceHistory(
      epoch: epoch, last: last, oldestKept: outcomes.keys.min() ?? last + 1, pulses: totals,
      clock: Seconds(clock))
  }

  func outcome(of number: UInt64) throws(DeviceError) -> JournaledOutcome? { outcomes[number] }

  func odometerDigests(of tile: Tile) throws(DeviceError) -> OdometerDigests {
    OdometerDigests(of: counts[tile.index])
  }
}
