/// What happens to which cells, as a value.
///
/// Nothing fires until a device applies it.
public struct PulseTrain: Sendable, Hashable, Codable {
  /// Which cells get which pulses.
  public enum Pattern: Sendable, Hashable, Codable {
    /// `count` pulses of one polarity on every cell of the region, all cells at once.
    case uniform(Polarity, count: Int)
    /// `pairs` times one up and then one down pulse on every cell, all cells at once: zero-shifting.
    case alternating(pairs: Int)
    /// Signed pulse counts, row-major over the region; positive is up. Row by row: first the up pulses
    /// of the row, side by side, then its down pulses.
    case counts([Int16])
    /// Stochastic outer product over `slots` slots, one line for each row and column of the region: a
    /// cell is pulsed in each slot in which its row and its column line both fire.
    case outerProduct(rowLines: [BitLine], columnLines: [BitLine], slots: Int)
  }

  /// The kinds of ``Pattern``, as capabilities name them.
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    /// ``Pattern/uniform(_:count:)``.
    case uniform
    /// ``Pattern/alternating(pairs:)``.
    case alternating
    /// ``Pattern/counts(_:)``.
    case counts
    /// ``Pattern/outerProduct(rowLines:columnLines:slots:)``.
    case outerProduct
  }

  /// Reads that belong to a train, so that a board can take them without a round trip.
  public struct ReadSchedule: Sendable, Hashable, Codable {
    /// Steps of the pattern between two reads of the region; the last step is always followed by one.
    ///
    /// A step is one pulse of each cell that has one left, and for an outer product one slot of the lines.
    public var everySteps: Int
    /// Samples averaged into each read.
    public var averages: Int

    /// Reads after every so many steps.
    public init(everySteps: Int, averages: Int = 1) {
      self.everySteps = everySteps
      self.averages = averages
    }

    /// Reads of a train of so many steps: the last one comes after its last step.
    ///
    /// - Precondition: ``everySteps`` is above 0.
    public func reads(in steps: Int) -> Int { (steps + everySteps - 1) / everySteps }
  }

  /// The cells.
  public var region: CellRegion
  /// Their pulses.
  public var pattern: Pattern
  /// What each pulse looks like.
  public var shape: PulseShape
  /// What the idle lines are held at.
  public var scheme: BiasScheme
  /// Reads in between, or nil for none.
  public var reads: ReadSchedule?
  /// Why the pulses are fired.
  public var cause: Cause

  /// Describes a train.
  public init(
    region: CellRegion, pattern: Pattern, shape: PulseShape, scheme: BiasScheme = .halfVoltage,
    reads: ReadSchedule? = nil, cause: Cause
  ) {
    self.region = region
    self.pattern = pattern
    self.shape = shape
    self.scheme = scheme
    self.reads = reads
    self.cause = cause
  }

  /// The kind of the pattern.
  public var kind: Kind {
    switch pattern {
    case .uniform: .uniform
    case .alternating: .alternating
    case .counts: .counts
    case .outerProduct: .outerProduct
    }
  }
}
