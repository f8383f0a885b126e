public import DeviceContract
public import PulseLedger
import SymmetricPoint

extension WriteVerify {
  /// How far a write is.
  public struct Progress: Sendable, Hashable {
    /// Cells that need no more pulses, and all of them.
    public var done: Int, cells: Int
    /// Pulses of both polarities so far.
    public var pulses: Int
  }

  /// How often cells are read once more when all are done, and brought back where others have moved them.
  static let mostLastReads = 8

  /// Brings the cells of a region to their targets.
  ///
  /// What was done before a failure or a cancel stands: ``WrittenCells/stoppedBy`` says why it ended early.
  ///
  /// - Parameters:
  ///   - device: the metered device; pulses are booked as ``Cause/program``.
  ///   - region: the cells.
  ///   - targets: one weight a cell, row-major; nil for cells that are left alone.
  ///   - progress: told how far it is, after each read.
  /// - Throws: ``DeviceError`` if the limits do not allow the most pulses, or before anything was read.
  public func run(
    on device: MeteredDevice, region: CellRegion, targets: [Float?],
    progress: @Sendable (Progress) async -> Void = { _ in }
  ) async throws(DeviceError) -> WrittenCells {
    precondition(targets.count == region.count, "one target a cell")
    let capabilities = device.capabilities
    try await device.check(worst(on: region, targets, of: capabilities), on: region)
    let request = ReadRequest(region: region, averages: averages)
    let before = await device.counts(of: region, cause: .program)
    var stop: DeviceError?
    var work = WriteVerifyWork(
      self, targets: targets.map { $0.map(Double.init) },
      readings: try await device.read(request).weights,
      readVariance: capabilities.converter.variance(averages: averages))
    do throws(DeviceError) {
      for _ in 0..<Self.mostLastReads {
        while let pulses = work.next() {
          try await device.apply(
            counts: pulses, to: region, scheme: scheme, cause: .program,
            rows: Self.order(of: pulses, columns: region.columns.count))
          work.take(try await device.read(request).weights, after: pulses)
          await progress(
            Progress(done: work.done, cells: region.count, pulses: work.spent.reduce(0, +)))
        }
        work.take(last: try await device.read(request).weights)
        guard work.done < region.count else { break }
      }
    } catch {
      // No farewell read: it would change the noise of those that come after it when the run is gone on with.
      stop = error
    }
    let counts = await device.counts(of: region, cause: .program) - before
    return work.result(on: region, counts, stoppedBy: stop)
  }

  /// The rows with most pulses first: what they do to their columns is done before the other rows come to their ends.
  static func order(of pulses: [Int], columns: Int) -> [Int] {
    let sums = stride(from: 0, to: pulses.count, by: columns).map { start in
      pulses[start..<start + columns].reduce(0) { $0 + abs($1) }
    }
    return sums.indices.filter { sums[$0] > 0 }.sorted {
      (sums[$1], $0) < (sums[$0], $1)
    }
  }
}
