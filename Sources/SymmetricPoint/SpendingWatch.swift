public import DeviceContract
import PhysicalUnits
public import PulseLedger

/// Holds a search to its cap and to the limits, round by round, before each of them.
///
/// A train that a limit refused would end a campaign in its middle; what does not fit is not asked for.
struct SpendingWatch {
  private let cap: SpendingCap
  private let device: MeteredDevice
  private let region: CellRegion
  private let start: PulseSpending

  init(_ cap: SpendingCap, _ device: MeteredDevice, _ region: CellRegion) async {
    (self.cap, self.device, self.region) = (cap, device, region)
    start = await device.spending
  }

  /// Whether so much more can be spent.
  ///
  /// Pulses of single cells are not asked about: what holds a search to them is its most pulses of a cell.
  func allows(_ quote: PulseQuote) async -> Bool {
    let now = await device.spending
    if let most = cap.pulses, now.pulses - start.pulses + quote.pulses.all > most { return false }
    if let most = cap.energy, now.energy - start.energy + quote.mostEnergy > most { return false }
    if let most = cap.time, now.time - start.time + quote.mostTime > most { return false }
    var quote = quote
    quote.perCell = 0
    return (try? await device.check(quote, on: region)) != nil
  }

  /// As many of the pulses of a round as can be spent, with the reads behind them; nil where that is none.
  func affordable(
    _ counts: [Int], scheme: BiasScheme, reads: Int, averages: Int
  ) async -> [Int]? {
    var counts = counts
    for _ in 0..<Self.halvings {
      var quote = PulseQuote(
        counts: counts, of: region, scheme: scheme, on: device.capabilities)
      quote.add(reads: reads, of: region, averages: averages, on: device.capabilities)
      if await allows(quote) { return counts }
      for cell in counts.indices { counts[cell] /= 2 }
      if counts.allSatisfy({ $0 == 0 }) { return nil }
    }
    return nil
  }

  /// Less than that part of a round is not worth its read.
  private static let halvings = 4
}

extension PulseQuote {
  /// The cost of pulses of their own for each cell (``MeteredDevice/apply(counts:to:scheme:)``).
  public init(
    counts: [Int], of region: CellRegion, scheme: BiasScheme, on capabilities: Capabilities
  ) {
    let train = capabilities.train(
      .counts(counts.map { Int16(clamping: $0) }), over: region, scheme: scheme)
    self.init(train, on: capabilities)
    guard !capabilities.trainKinds.contains(.counts) else { return }
    // A train a cell, one after the other: no two cells of a row share a slot.
    let all = pulses.all
    time = train.shape.period.seconds * Double(all)
    (leastTime, mostTime) = (time, time)
    exposures = capabilities.mostExposures(ofPulses: all, scheme: scheme)
    (leastExposures, mostExposures) = (exposures, exposures)
    let columns = region.columns.count
    let ofRow = (0..<region.rows.count).map { row in
      counts[row * columns..<(row + 1) * columns].reduce(0) { $0 + abs($1) }
    }
    let ofColumn = (0..<columns).map { column in
      stride(from: column, to: counts.count, by: columns).reduce(0) { $0 + abs(counts[$1]) }
    }
    mostExposuresPerCell =
      scheme == .isolated
      ? 0 : scheme == .thirdVoltage ? all : (ofRow.max() ?? 0) + (ofColumn.max() ?? 0)
  }
}

extension Capabilities {
  /// The most exposures of all cells together that pulses of single cells can cause: each pulse those of its lines.
  func mostExposures(ofPulses pulses: Int, scheme: BiasScheme) -> Int {
    switch scheme {
    case .isolated: 0
    case .thirdVoltage: pulses * (rows * columns - 1)
    case .halfVoltage, .floating: pulses * (rows + columns - 2)
    }
  }

  /// The most exposures of any one cell that pulses of some cells can cause.
  ///
  /// - Parameters:
  ///   - pulses: of all cells together.
  ///   - perCell: the most of any one cell.
  func mostExposures(
    ofAnyCellBy pulses: Int, perCell: Int, of region: CellRegion, scheme: BiasScheme
  ) -> Int {
    switch scheme {
    case .isolated: 0
    case .thirdVoltage: pulses
    case .halfVoltage, .floating:
      min(pulses, (region.rows.count + region.columns.count - 1) * perCell)
    }
  }
}
