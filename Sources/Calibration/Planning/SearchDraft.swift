import DeviceContract
import PhysicalUnits
import PulseLedger
import SymmetricPoint

/// One method on one device, before it is known how many pulses it gets.
struct SearchDraft {
  let method: CalibrationMethod
  let planner: CalibrationPlanner
  let capabilities: Capabilities
  /// Samples averaged into each read.
  let averages: Int
  let cost: any SearchCost

  init(_ method: CalibrationMethod, _ planner: CalibrationPlanner, _ capabilities: Capabilities) {
    (self.method, self.planner, self.capabilities) = (method, planner, capabilities)
    let array = planner.array
    let converter = capabilities.converter
    let writeVariance = array.response.writeNoise * array.response.writeNoise
    // Write noise stays until the next pulse: samples of one read do not average it.
    let isFrozen = writeVariance > converter.noise * converter.noise
    let chosen = method == .seek ? (isFrozen ? 1 : 4) : 16
    averages = min(planner.averages ?? chosen, converter.mostAverages)
    let readVariance =
      converter.noise * converter.noise / Double(averages) + converter.step * converter.step / 12
      + writeVariance
    cost =
      method == .seek
      ? SeekCost(expected: array, readVariance: readVariance)
      : ZeroShiftingCost(
        expected: array, readVariance: readVariance, isStochastic: method == .zeroShift)
  }

  /// Why one would take this method.
  var reason: String {
    switch method {
    case .seek:
      capabilities.trainKinds.contains(.counts)
        ? "the device gives each cell pulses of its own, and no method needs fewer"
        : "each cell can be given pulses of its own by a train of its own, and no method needs fewer"
    case .zeroShiftCyclic: "all cells are pulsed alike, and the whole array at once"
    case .zeroShift: "it was asked for"
    }
  }

  /// The most pulses that a cell may get.
  func cap(_ pulses: SearchPulses) -> Int {
    let most =
      method == .seek ? max(CalibrationPlanner.capFactor * pulses.expected, 8) : pulses.expected
    let count = Int(min(most.rounded(.up), 1e9))
    return method == .zeroShiftCyclic ? count + count % 2 : count
  }

  /// The search with its most pulses.
  func search(_ mostPulses: Int) -> any SymmetricPointSearch {
    let variant: ZeroShifting.Variant
    switch method {
    case .seek:
      return Seek(
        planner.array.response, tolerance: planner.aim, averages: averages,
        mostPulses: max(1, mostPulses))
    case .zeroShift: variant = .stochastic
    case .zeroShiftCyclic: variant = .cyclic
    }
    return ZeroShiftingSearch(
      ZeroShifting(
        variant, pulses: max(2, mostPulses), seed: planner.seed, checkpoints: planner.checkpoints,
        averages: averages))
  }

  /// What so many pulses of each cell cost.
  ///
  /// Seeking has cells of a row go up and down at once, which takes a slot for each.
  func quote(pulses: Int, reads: Int, of region: CellRegion) -> PulseQuote {
    guard method == .seek else { return search(pulses).quote(on: region, of: capabilities) }
    let counts = (0..<region.count).map { Int16($0 % region.columns.count % 2 == 0 ? 1 : -1) }
    let train = PulseTrain(
      region: region, pattern: .counts(counts), shape: capabilities.nominalShape,
      scheme: .halfVoltage, cause: .calibrate)
    var quote = PulseQuote(train, times: pulses, on: capabilities)
    quote.add(reads: reads, of: region, averages: averages, on: capabilities)
    return quote
  }

  /// What it costs in three cases.
  func costs(
    _ pulses: SearchPulses, cap: Int, of region: CellRegion
  ) -> (best: CalibrationCost, expected: CalibrationCost, worst: CalibrationCost) {
    let cost = { (count: Double, slowest: Double, energy: KeyPath<PulseQuote, Joules>) in
      // The slots of a row are those of its slowest cell; what cells feel follows from the mean of a column.
      let (count, most) = (min(Int(count.rounded(.up)), cap), min(Int(slowest.rounded(.up)), cap))
      let reads = reads(ofSlowest: min(slowest, Double(cap)))
      var cost = CalibrationCost(
        quote(pulses: count, reads: reads, of: region), reads: reads, energy: energy)
      cost.time = quote(pulses: most, reads: reads, of: region).time
      return cost
    }
    return (
      cost(pulses.best, pulses.best, \.leastEnergy),
      cost(pulses.expected, pulses.worst, \.expectedEnergy),
      cost(Double(cap), Double(cap), \.mostEnergy)
    )
  }

  /// Reads until the slowest cell is done: all of them are read each time.
  private func reads(ofSlowest pulses: Double) -> Int {
    let array = planner.array
    guard method == .seek else { return 2 * min(planner.checkpoints, max(1, Int(pulses / 2))) + 1 }
    let search = Seek(array.response, tolerance: planner.aim, mostPulses: 1)
    let way = min(pulses, array.mostDistance / array.step)
    let range = array.response.range / array.step
    let swings = (pulses - way) / (search.swing * range)
    return 3 + Int((Self.shortBursts * (way / (search.stride * range) + swings)).rounded(.up))
  }

  /// Bursts are shorter than they may be where fewer pulses are enough, and slower cells than the slow tenth are
  /// waited for; from simulations of cells with soft bounds.
  private static let shortBursts = 1.5
}
