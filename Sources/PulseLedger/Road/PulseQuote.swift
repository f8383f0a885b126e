public import DeviceContract
public import PhysicalUnits

/// What a train or a campaign will cost, before its first pulse.
public struct PulseQuote: Sendable, Hashable {
  /// Pulses of each polarity over all cells.
  public var pulses = PulseTotals()
  /// Pulses of the cell that gets the most.
  public var perCell = 0
  /// Cells read, each counted once a read.
  public var reads = 0
  /// Half-select exposures of cells that were not meant.
  public var exposures = 0
  /// Time on the device, without the link.
  public var time = Seconds.zero
  /// Energy if every cell had the lowest conductance that can be read.
  public var leastEnergy = Joules.zero
  /// Energy if every cell were at weight 0.
  public var expectedEnergy = Joules.zero
  /// Energy if every cell had the highest conductance that can be read.
  public var mostEnergy = Joules.zero

  /// A quote of nothing.
  public init() {}

  /// The cost of a train that is fired a number of times.
  public init(_ train: PulseTrain, times: Int = 1, on capabilities: Capabilities) {
    let totals = train.totals
    pulses = PulseTotals(up: totals.up * times, down: totals.down * times)
    perCell = train.largestCellCount * times
    time = train.duration * Double(times)
    exposures = (capabilities.exposures(of: train)?.total ?? 0) * times
    let energy = { (weight: Double) in
      Joules.dissipated(
        by: train.shape.amplitude, in: capabilities.scale.siemens(weight),
        during: train.shape.width.seconds) * Double(totals.all * times)
    }
    leastEnergy = energy(capabilities.converter.range.lowerBound)
    expectedEnergy = energy(0)
    mostEnergy = energy(capabilities.converter.range.upperBound)
    if let schedule = train.reads, schedule.everySteps > 0 {
      let count = (train.steps + schedule.everySteps - 1) / schedule.everySteps * times
      add(reads: count, of: train.region, averages: schedule.averages, on: capabilities)
    }
  }

  /// Adds reads of a region.
  public mutating func add(
    reads count: Int, of region: CellRegion, averages: Int, on capabilities: Capabilities
  ) {
    reads += count * region.count
    time += capabilities.converter.duration(of: region, averages: averages) * Double(count)
  }

  /// The cost of one after the other, on the same cells.
  public static func + (left: PulseQuote, right: PulseQuote) -> PulseQuote {
    var sum = left
    sum.pulses += right.pulses
    sum.perCell += right.perCell
    sum.reads += right.reads
    sum.exposures += right.exposures
    sum.time += right.time
    sum.leastEnergy += right.leastEnergy
    sum.expectedEnergy += right.expectedEnergy
    sum.mostEnergy += right.mostEnergy
    return sum
  }
}
