public import DeviceContract
public import PhysicalUnits

/// What a train or a campaign will cost, before its first pulse: the expected case, and the best and the
/// worst where they differ.
public struct PulseQuote: Sendable, Hashable {
  /// Pulses of each polarity over all cells.
  public var pulses = PulseTotals()
  /// Pulses of the cell that gets the most.
  public var perCell = 0
  /// Pulses of both polarities by cause.
  public var causes: [Cause: Int] = [:]
  /// Whether every cell of the region is pulsed, and not only some.
  public var pulsesEveryCell = false
  /// The shapes of the pulses.
  public var shapes: Set<PulseShape> = []
  /// How idle lines are held.
  public var schemes: Set<BiasScheme> = []
  /// Cells read, each counted once a read.
  public var reads = 0
  /// Half-select exposures of cells that were not meant.
  public var exposures = 0
  /// The fewest that they can be.
  public var leastExposures = 0
  /// The most that they can be.
  public var mostExposures = 0
  /// The most exposures of any one cell in the worst case.
  public var mostExposuresPerCell = 0
  /// Time on the device, without the link.
  public var time = Seconds.zero
  /// The shortest that it can be.
  public var leastTime = Seconds.zero
  /// The longest that it can be.
  public var mostTime = Seconds.zero
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
    causes = [train.cause: pulses.all]
    pulsesEveryCell = pulses.all > 0 && train.pulsesEveryCell
    shapes = [train.shape]
    schemes = [train.scheme]
    time = train.duration * Double(times)
    let felt = capabilities.exposures(of: train)
    exposures = (felt?.total ?? 0) * times
    mostExposuresPerCell = (felt?.most ?? 0) * times
    let energy = { (weight: Double) in
      Joules.dissipated(
        by: train.shape.amplitude, in: capabilities.scale.siemens(weight),
        during: train.shape.width.seconds) * Double(totals.all * times)
    }
    leastEnergy = energy(capabilities.converter.range.lowerBound)
    expectedEnergy = energy(0)
    mostEnergy = energy(capabilities.converter.range.upperBound)
    (leastExposures, mostExposures) = (exposures, exposures)
    (leastTime, mostTime) = (time, time)
    if let schedule = train.reads, schedule.everySteps > 0 {
      let count = schedule.reads(in: train.steps) * times
      add(reads: count, of: train.region, averages: schedule.averages, on: capabilities)
    }
  }

  /// One campaign whose cost is known within bounds: the expected case, widened by a best and a worst.
  public func between(best: PulseQuote, worst: PulseQuote) -> PulseQuote {
    var quote = self
    quote.perCell = max(perCell, worst.perCell)
    quote.leastExposures = min(leastExposures, best.leastExposures)
    quote.mostExposures = max(mostExposures, worst.mostExposures)
    quote.mostExposuresPerCell = max(mostExposuresPerCell, worst.mostExposuresPerCell)
    quote.leastTime = min(leastTime, best.leastTime)
    quote.mostTime = max(mostTime, worst.mostTime)
    quote.leastEnergy = min(leastEnergy, best.leastEnergy)
    quote.mostEnergy = max(mostEnergy, worst.mostEnergy)
    return quote
  }

  /// Adds reads of a region.
  public mutating func add(
    reads count: Int, of region: CellRegion, averages: Int, on capabilities: Capabilities
  ) {
    reads += count * region.count
    let added = capabilities.converter.duration(of: region, averages: averages) * Double(count)
    time += added
    leastTime += added
    mostTime += added
  }

  /// The cost of the same a number of times.
  public func times(_ count: Int) -> PulseQuote {
    var quote = self
    quote.pulses = PulseTotals(up: pulses.up * count, down: pulses.down * count)
    quote.perCell *= count
    quote.causes = causes.mapValues { $0 * count }
    quote.reads *= count
    quote.exposures *= count
    quote.leastExposures *= count
    quote.mostExposures *= count
    quote.mostExposuresPerCell *= count
    let factor = Double(count)
    (quote.time, quote.leastTime, quote.mostTime) = (
      time * factor, leastTime * factor, mostTime * factor
    )
    quote.leastEnergy = leastEnergy * factor
    quote.expectedEnergy = expectedEnergy * factor
    quote.mostEnergy = mostEnergy * factor
    return quote
  }

  /// The cost of one after the other, on the same cells.
  public static func + (left: PulseQuote, right: PulseQuote) -> PulseQuote {
    var sum = left
    sum.pulses += right.pulses
    sum.perCell += right.perCell
    sum.causes.merge(right.causes, uniquingKeysWith: +)
    sum.pulsesEveryCell = left.pulsesEveryCell || right.pulsesEveryCell
    sum.shapes.formUnion(right.shapes)
    sum.schemes.formUnion(right.schemes)
    sum.reads += right.reads
    sum.exposures += right.exposures
    sum.leastExposures += right.leastExposures
    sum.mostExposures += right.mostExposures
    sum.mostExposuresPerCell += right.mostExposuresPerCell
    sum.time += right.time
    sum.leastTime += right.leastTime
    sum.mostTime += right.mostTime
    sum.leastEnergy += right.leastEnergy
    sum.expectedEnergy += right.expectedEnergy
    sum.mostEnergy += right.mostEnergy
    return sum
  }
}

extension PulseTrain {
  /// Whether no cell of the region is left without a pulse.
  fileprivate var pulsesEveryCell: Bool {
    switch pattern {
    case .uniform, .alternating: true
    case .counts(let counts): !counts.contains(0)
    case .outerProduct: false
    }
  }
}
