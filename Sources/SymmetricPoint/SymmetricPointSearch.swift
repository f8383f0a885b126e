public import DeviceContract
public import PulseLedger

/// A way to find the symmetric points of the cells of a region.
///
/// Each is a value: what decides the result is in it, and the same one on the same cells fires the same pulses.
public protocol SymmetricPointSearch: Sendable {
  /// What records and tables call it, such as "seek".
  var name: String { get }

  /// What it will cost: the expected case, widened by the best and the worst.
  ///
  /// # Contract
  /// No run fires more than the worst: budgets are held against it before the first pulse.
  func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote

  /// Runs the search on a region of a device.
  ///
  /// What was measured before a failure or a cancel is kept: ``SearchResult/stoppedBy`` says why the search
  /// ended early, and the estimates stand on the pulses up to there.
  ///
  /// - Parameters:
  ///   - device: the metered device; pulses are booked as ``Cause/calibrate``.
  ///   - region: the cells.
  ///   - progress: told how far it is, after each read.
  /// - Throws: ``DeviceError`` if the campaign does not fit the budget, or before anything was measured.
  func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> SearchResult

  /// Runs the search, unless what the first pulses teach ends it.
  ///
  /// - Parameter review: told once what was learnt of the array; the search ends there if the answer is no.
  func run(
    on device: MeteredDevice, region: CellRegion,
    review: @escaping @Sendable (ArrayFigures) async -> Bool,
    progress: @escaping @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> SearchResult
}

extension SymmetricPointSearch {
  /// Runs the search to its end: methods that learn nothing on the way have nothing to be reviewed.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    review: @escaping @Sendable (ArrayFigures) async -> Bool,
    progress: @escaping @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> SearchResult {
    try await run(on: device, region: region, progress: progress)
  }
}

/// How far a search is.
public struct SearchProgress: Sendable, Hashable, Codable {
  /// Cells that need no more pulses.
  public var done: Int
  /// Cells of the region.
  public var cells: Int
  /// Pulses of both polarities so far, over all cells.
  public var pulses: Int
  /// Reads of the region so far.
  public var reads: Int
  /// Root mean square of the standard deviations over the cells, as a weight; nil where nothing is known yet.
  public var deviation: Double?

  /// Describes a state of progress.
  public init(done: Int, cells: Int, pulses: Int, reads: Int, deviation: Double? = nil) {
    (self.done, self.cells, self.pulses, self.reads) = (done, cells, pulses, reads)
    self.deviation = deviation
  }
}
