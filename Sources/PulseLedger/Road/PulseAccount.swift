public import DeviceContract
public import PhysicalUnits

/// What a metered device has spent.
public struct PulseAccount: Sendable, Hashable {
  /// Pulses that were surely fired, by cause.
  public var pulses: [Cause: PulseTotals] = [:]
  /// Pulses that may have been fired besides.
  public var uncertain = 0
  /// Trains that fired something.
  public var trains = 0
  /// Trains that a budget or the device refused.
  public var refusals = 0
  /// Cells read, each counted once a read.
  public var reads = 0
  /// Products of a region with a vector.
  public var products = 0
  /// Samples converted: cells times averages.
  public var samples = 0
  /// Reads of cells that a run without a break does not make: what they found was lost, so that they were made
  /// again, or they were made when the run was stopped.
  ///
  /// Other noise is in the reads that come after them.
  public var extraReads = 0
  /// Reads whose results were lost and that nothing can make again: the states that they saw are gone.
  public var readsLost = 0
  /// Half-select exposures of cells that were not meant.
  public var exposures = 0
  /// Time that trains and reads took on the device, without the link.
  public var time = Seconds.zero
  /// Energy dissipated in the cells, as far as the device knows it.
  public var energy = Joules.zero

  /// Pulses of all causes.
  public var totals: PulseTotals { pulses.values.reduce(PulseTotals(), +) }
}
