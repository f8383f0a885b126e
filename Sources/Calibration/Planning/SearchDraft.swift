import DeviceContract
import PhysicalUnits
import PulseLedger
import SymmetricPoint

/// One method on one region of one device: what it costs by the pulses that it takes.
struct SearchDraft {
  let method: CalibrationMethod
  let planner: CalibrationPlanner
  let capabilities: Capabilities
  let region: CellRegion
  /// What the limits have left.
  let left: PulseAllowance
  /// Samples averaged into each read.
  let averages: Int
  /// Variance of a read, averages and write noise included.
  let readVariance: Double
  private let writeVariance: Double
  /// How idle lines are held, and how where single cells are pulsed.
  let scheme: BiasScheme, seekingScheme: BiasScheme
  /// One pulse of each cell that takes part.
  let unit: PulseQuote
  /// One read of the region.
  let readTime: Seconds

  init(
    _ method: CalibrationMethod, _ planner: CalibrationPlanner, _ capabilities: Capabilities,
    _ region: CellRegion, _ left: PulseAllowance = PulseAllowance()
  ) {
    (self.method, self.planner, self.capabilities) = (method, planner, capabilities)
    (self.region, self.left) = (region, left)
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
    readVariance = converter.variance(averages: averages) + writeVariance
    self.writeVariance = writeVariance
    // Trains on all cells of an array expose none, however lines are held; others do, and half the voltage is least.
    seekingScheme = Self.seeking.first { capabilities.biasSchemes.contains($0) } ?? .halfVoltage
    scheme =
      method == .sweep && capabilities.biasSchemes.contains(.isolated) ? .isolated : seekingScheme
    readTime = converter.duration(of: region, averages: averages)
    unit = Self.unit(method, capabilities, region, scheme)
  }

  private static let seeking: [BiasScheme] = [.halfVoltage, .thirdVoltage, .floating, .isolated]

  /// How many pulses which error takes.
  ///
  /// - Parameter alone: whether each cell is to be known from its own pulses, whatever the array says of it.
  func cost(for error: Double, alone: Bool = false) -> any SearchCost {
    var array = planner.array
    if alone { array.spread = max(array.spread, array.response.range) }
    switch method {
    case .seek: return SeekCost(expected: array, readVariance: readVariance, cells: region.count)
    case .sweep: return SweepCost(expected: array, cells: region.count)
    case .arrayMean:
      return ArrayMeanCost(expected: array, readVariance: readVariance, tolerance: error)
    case .zeroShift, .zeroShiftCyclic:
      return ZeroShiftingCost(
        expected: array, readVariance: readVariance, isStochastic: method == .zeroShift,
        isAveraged: isAveraged(for: error))
    }
  }

  /// Whether zero-shifting averages the last states: the last one alone serves where that takes fewer pulses, since the
  /// array then holds what was found.
  private func isAveraged(for error: Double) -> Bool {
    let pulses = { (isAveraged: Bool) in
      ZeroShiftingCost(
        expected: planner.array, readVariance: readVariance, isStochastic: method == .zeroShift,
        isAveraged: isAveraged
      ).pulses(for: error)?.expected ?? .infinity
    }
    return pulses(true) < pulses(false)
  }

  /// Why one would take this method.
  var reason: String {
    switch method {
    case .seek:
      capabilities.trainKinds.contains(.counts)
        ? "the device gives each cell pulses of its own"
        : "each cell can be given pulses of its own, by a train of its own"
    case .sweep: "all cells are pulsed together, so that none is half-selected"
    case .arrayMean:
      "the symmetric points differ by less than single ones can be known, or than was asked for"
    case .zeroShiftCyclic: "all cells are pulsed alike, and the whole array at once"
    case .zeroShift: "each pulse of each cell is up or down at random"
    }
  }

  /// Cells that take part.
  var cells: Int { method == .arrayMean ? min(ArrayMean.usualSample, region.count) : region.count }

  var isShifting: Bool { [.zeroShift, .zeroShiftCyclic].contains(method) }

  /// How many times the mean a cell may get.
  var capFactor: Double {
    left.perCell == nil && left.pulses == nil
      ? CalibrationPlanner.capFactor : CalibrationPlanner.budgetedCapFactor
  }

  /// The most pulses that a cell is to get.
  func cap(_ pulses: SearchPulses) -> Int {
    let most =
      isShifting
      ? pulses.expected
      : max(capFactor * pulses.expected, 1.5 * pulses.worst, 8)
    let count = Int(min(most.rounded(.up), 1e9))
    return method == .zeroShiftCyclic ? count + count % 2 : count
  }

  /// The search to a tolerance, with its most pulses of a cell and of all.
  func search(
    _ mostPulses: Int, for error: Double, cap: SpendingCap = SpendingCap()
  ) -> any SymmetricPointSearch {
    let response = planner.array.response
    switch method {
    case .seek:
      var search = Seek(
        response, tolerance: error, averages: averages, mostPulses: max(1, mostPulses),
        scheme: scheme)
      search.cap = cap
      search.mostPulsesInAll = pool(cap)
      if let rereads = planner.rereads { search.rereads = rereads }
      return search
    case .sweep:
      var search = Sweep(
        response, tolerance: error, averages: averages, mostPulses: max(1, mostPulses),
        scheme: scheme)
      search.cap = cap
      return search
    case .arrayMean:
      let aim = ArrayMeanCost(
        expected: planner.array, readVariance: readVariance, tolerance: error
      ).aim
      var search = Seek(
        response, tolerance: aim, averages: averages, mostPulses: max(1, mostPulses),
        scheme: scheme)
      search.cap = cap
      var mean = ArrayMean(search, seed: planner.seed)
      mean.spread = planner.array.spread
      return mean
    case .zeroShift, .zeroShiftCyclic:
      var shifting = ZeroShifting(
        method == .zeroShift ? .stochastic : .cyclic, pulses: max(2, mostPulses),
        seed: planner.seed, checkpoints: planner.checkpoints, averages: averages, scheme: scheme)
      if isAveraged(for: error) { shifting.estimator = .tailAverage(0.5) }
      return shifting
    }
  }

  /// Pulses that cells share where limits are short: quiet cells leave theirs to noisy ones.
  private func pool(_ cap: SpendingCap) -> Int? {
    var pool = left.pulses.map { min($0, cap.pulses ?? $0) }
    if left.energy != nil, let energy = cap.energy, unit.expectedEnergy > .zero {
      let each = unit.expectedEnergy / Double(max(1, unit.pulses.all))
      pool = min(pool ?? .max, Int(min(energy / each, 1e15)))
    }
    return pool.map { max(1, $0) }
  }

  /// The variance of a read of so many samples, write noise included.
  func variance(averages: Int) -> Double {
    capabilities.converter.variance(averages: averages) + writeVariance
  }

  /// How cells are asked in the end; nil where none are.
  func audit(_ cells: Int, for error: Double) -> AuditPlan? {
    // Cells that the array says enough of are not called converged.
    guard cells > 0, method != .arrayMean, error < 0.8 * planner.array.spread else { return nil }
    let seeking = min(planner.averages ?? 4, capabilities.converter.mostAverages)
    return AuditPlan(
      planner.array, tolerance: error, averages: seeking,
      readVariance: variance(averages: seeking),
      scheme: seekingScheme, cells: cells, mostCells: region.count)
  }

  private static func unit(
    _ method: CalibrationMethod, _ capabilities: Capabilities, _ region: CellRegion,
    _ scheme: BiasScheme
  ) -> PulseQuote {
    let one = { (pattern: PulseTrain.Pattern) in
      PulseQuote(capabilities.train(pattern, over: region, scheme: scheme), on: capabilities)
    }
    switch method {
    case .sweep, .zeroShiftCyclic: return one(.uniform(.up, count: 1))
    case .zeroShift, .seek, .arrayMean:
      // Cells of a row go up and down at once, which takes a slot for each.
      let columns = region.columns.count
      let step = method == .arrayMean ? max(1, region.count / ArrayMean.usualSample) : 1
      let counts = (0..<region.count).map {
        $0 % step > 0 ? 0 : $0 % columns % 2 == 0 ? 1 : -1
      }
      return PulseQuote(counts: counts, of: region, scheme: scheme, on: capabilities)
    }
  }
}
