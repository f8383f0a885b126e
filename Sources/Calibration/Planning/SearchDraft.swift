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
  /// Whether zero-shifting averages the last states.
  private var isAveraged = false

  init(_ method: CalibrationMethod, _ planner: CalibrationPlanner, _ capabilities: Capabilities) {
    (self.method, self.planner, self.capabilities) = (method, planner, capabilities)
    let array = planner.array
    let converter = capabilities.converter
    let writeVariance = array.response.writeNoise * array.response.writeNoise
    // Write noise stays until the next pulse: samples of one read do not average it. Elsewhere four samples save a fifth
    // of the pulses.
    let isFrozen = writeVariance > converter.noise * converter.noise
    let seeking = max(
      isFrozen ? 1 : 4, Seek.averages(for: array.response, converter: converter))
    let isShifting = [.zeroShift, .zeroShiftCyclic].contains(method)
    averages = min(planner.averages ?? (isShifting ? 16 : seeking), converter.mostAverages)
    let readVariance =
      converter.noise * converter.noise / Double(averages) + converter.step * converter.step / 12
      + writeVariance
    let shifting = { (isAveraged: Bool) in
      ZeroShiftingCost(
        expected: array, readVariance: readVariance, isStochastic: method == .zeroShift,
        isAveraged: isAveraged)
    }
    switch method {
    case .seek: cost = SeekCost(expected: array, readVariance: readVariance)
    case .sweep: cost = SweepCost(expected: array)
    case .arrayMean:
      cost = ArrayMeanCost(
        expected: array, readVariance: readVariance, tolerance: planner.aim)
    case .zeroShift, .zeroShiftCyclic:
      // The last state alone where that takes fewer pulses: the array then holds what was found.
      let last = shifting(false).pulses(for: planner.aim)?.expected ?? .infinity
      isAveraged = (shifting(true).pulses(for: planner.aim)?.expected ?? .infinity) < last
      cost = shifting(isAveraged)
    }
  }

  /// Why one would take this method.
  var reason: String {
    switch method {
    case .seek:
      capabilities.trainKinds.contains(.counts)
        ? "the device gives each cell pulses of its own, and no method needs fewer"
        : "each cell can be given pulses of its own by a train of its own, and no method needs fewer"
    case .sweep: "all cells are pulsed together, so that none is half-selected"
    case .arrayMean:
      "the symmetric points differ by less than single ones can be known, or than was asked for"
    case .zeroShiftCyclic: "all cells are pulsed alike, and the whole array at once"
    case .zeroShift: "it was asked for"
    }
  }

  /// The most pulses that a cell may get.
  func cap(_ pulses: SearchPulses) -> Int {
    let isShifting = [.zeroShift, .zeroShiftCyclic].contains(method)
    let most =
      isShifting ? pulses.expected : max(CalibrationPlanner.capFactor * pulses.expected, 8)
    let count = Int(min(most.rounded(.up), 1e9))
    return method == .zeroShiftCyclic ? count + count % 2 : count
  }

  /// The search with its most pulses.
  func search(_ mostPulses: Int) -> any SymmetricPointSearch {
    let response = planner.array.response
    switch method {
    case .seek:
      return Seek(
        response, tolerance: planner.aim, averages: averages, mostPulses: max(1, mostPulses))
    case .sweep:
      return Sweep(
        response, tolerance: planner.aim, averages: averages, mostPulses: max(1, mostPulses))
    case .arrayMean:
      let aim = max(planner.array.spread, planner.array.step, 3 * planner.aim)
      var mean = ArrayMean(
        Seek(response, tolerance: aim, averages: averages, mostPulses: max(1, mostPulses)),
        seed: planner.seed)
      mean.spread = planner.array.spread
      return mean
    case .zeroShift, .zeroShiftCyclic:
      var shifting = ZeroShifting(
        method == .zeroShift ? .stochastic : .cyclic, pulses: max(2, mostPulses),
        seed: planner.seed, checkpoints: planner.checkpoints, averages: averages)
      if isAveraged { shifting.estimator = .tailAverage(0.5) }
      return shifting
    }
  }

  /// What so many pulses of each cell cost.
  ///
  /// Seeking has cells of a row go up and down at once, which takes a slot for each.
  func quote(pulses: Int, reads: Int, of region: CellRegion) -> PulseQuote {
    guard method == .seek else {
      var quote = search(pulses).quote(on: region, of: capabilities)
      if [.sweep, .arrayMean].contains(method) {
        quote.add(reads: max(0, reads - 1), of: region, averages: averages, on: capabilities)
      }
      return quote
    }
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
    switch method {
    case .zeroShift, .zeroShiftCyclic:
      return 2 * min(planner.checkpoints, max(1, Int(pulses / 2))) + 1
    case .sweep:
      let sweep = Sweep(array.response, tolerance: planner.aim, mostPulses: 1)
      let ramp = sweep.ramp * array.response.range / array.step
      return 3 + Int((Double(sweep.readsPerRamp) * pulses / max(1, ramp)).rounded(.up))
    case .seek, .arrayMean: break
    }
    let search = Seek(array.response, tolerance: planner.aim, mostPulses: 1)
    let way = min(pulses, array.mostDistance / array.step)
    let range = array.response.range / array.step
    // No burst is shorter than two pulses.
    let swings = (pulses - way) / max(2, search.swing * range)
    return 3 + Int((Self.shortBursts * (way / max(2, search.stride * range) + swings)).rounded(.up))
  }

  /// Bursts are shorter than they may be where fewer pulses are enough, and slower cells than the slow tenth are
  /// waited for; from simulations of cells with soft bounds.
  private static let shortBursts = 1.5
}
