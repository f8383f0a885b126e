public import DeviceContract
import PhysicalUnits

/// The totals of a ledger: by cause, by day, by shape, tile by tile and cell by cell.
public struct LedgerTotals: Sendable {
  /// Pulses of one tile, cause and shape.
  public struct Line: Sendable, Hashable {
    /// The tile.
    public var tile: Int
    /// Why they were fired, or nil for pulses of other hosts that an operator adopted.
    public var cause: Cause?
    /// The shape; nil where the cause is.
    public var shape: PulseShape?
    /// Pulses that were surely fired.
    public var fired: PulseTotals
  }

  /// What the ledger is about.
  public var genesis: LedgerEntry.Genesis
  /// Records of the ledger.
  public var records: Int
  /// Everything.
  public var total: PulseSums
  /// By cause.
  public var causes: [LedgerAudit.Line]
  /// By day, in UTC.
  public var days: [LedgerAudit.Line]
  /// By tile, cause and shape.
  public var lines: [Line]
  /// Pulses of other hosts that an operator adopted.
  public var adopted: Int
  /// Trains that were refused.
  public var refusals: Int
  /// Trains whose outcome is not known.
  public var open: Int
  /// What every cell has seen, one entry a tile.
  public var tiles: [TileCounts]

  /// The totals of a ledger, from those that it keeps and the records since.
  ///
  /// They are taken as they are; ``LedgerVerification`` says whether they follow from the records.
  ///
  /// - Throws: ``LedgerError``.
  public static func of(_ path: String) throws -> LedgerTotals {
    let state = try LedgerReader(path).state()
    guard let genesis = state.genesis else {
      throw LedgerError(.corrupt, path: path, "the ledger has no first record")
    }
    return LedgerTotals(state, genesis)
  }

  init(_ state: LedgerState, _ genesis: LedgerEntry.Genesis) {
    self.genesis = genesis
    records = state.count
    var byCause: [Cause: PulseSums] = [:]
    var byDay: [Int: PulseSums] = [:]
    total = PulseSums()
    for (key, sums) in state.days {
      byCause[key.cause, default: PulseSums()] += sums
      byDay[key.day, default: PulseSums()] += sums
      total += sums
    }
    causes = Cause.allCases.compactMap { cause in
      byCause[cause].map { LedgerAudit.Line(name: cause.rawValue, sums: $0) }
    }
    days = byDay.sorted { $0.key < $1.key }.map {
      LedgerAudit.Line(name: LedgerTime.dayText($0.key), sums: $0.value)
    }
    lines = state.tallies.sorted { $0.key < $1.key }.map { key, tally in
      Line(
        tile: key.tile, cause: key.cause, shape: key.cause.map { _ in state.shapes[key.shape] },
        fired: tally.counts.totals)
    }
    (adopted, refusals, open) = (state.adopted, state.refusals, state.open.count)
    tiles = (0..<state.tiles).map { TileCounts(state, tile: $0) }
  }

  /// By shape and cause, over all tiles.
  public var shapes: [LedgerAudit.ShapeLine] {
    var sums: [Cause: [PulseShape: PulseTotals]] = [:]
    for line in lines {
      guard let shape = line.shape, let cause = line.cause else { continue }
      sums[cause, default: [:]][shape, default: PulseTotals()] += line.fired
    }
    return Cause.allCases.flatMap { cause in
      sums[cause, default: [:]].map {
        LedgerAudit.ShapeLine(shape: $0.key, cause: cause, fired: $0.value)
      }.sorted { Self.size($0.shape).lexicographicallyPrecedes(Self.size($1.shape)) }
    }
  }

  /// What shapes are put in order by.
  private static func size(_ shape: PulseShape) -> [Double] {
    let times = [shape.width, shape.rise, shape.fall, shape.period].map(\.seconds.value)
    return [shape.amplitude.value] + times + [shape.compliance?.value ?? .infinity]
  }

  /// One cell.
  public func cell(tile: Int, _ place: Int) -> LedgerAudit.Cell {
    let counts = tiles[tile]
    return LedgerAudit.Cell(
      tile: tile, row: place / genesis.columns, column: place % genesis.columns,
      up: Int(counts.up[place]), down: Int(counts.down[place]),
      adopted: Int(counts.adopted[place]), uncertain: Int(counts.uncertain[place]),
      exposures: Int(counts.exposures[place]))
  }

  /// The cells with the largest values, largest first; of equal ones the first, and none with 0.
  func leading(_ most: Int, by value: (LedgerAudit.Cell) -> Int) -> [LedgerAudit.Cell] {
    var found: [(value: Int, cell: LedgerAudit.Cell)] = []
    for tile in tiles.indices {
      for place in tiles[tile].up.indices {
        let cell = cell(tile: tile, place)
        let value = value(cell)
        guard value > 0, found.count < most || value > (found.last?.value ?? 0) else { continue }
        found.insert((value, cell), at: found.firstIndex { $0.value < value } ?? found.count)
        if found.count > most { found.removeLast() }
      }
    }
    return found.map(\.cell)
  }
}
