public import Calibration
public import Foundation
public import SymmetricPoint

/// A finished calibration, as its folder tells it: what a later one may build on.
public struct EarlierRun: Sendable {
  /// Which run it is, and its settings.
  public let mark: RunMark
  /// When it ended.
  public let finished: Date
  /// What it found.
  public let reference: ReferenceMap

  private struct End: Decodable { let finished: Date }

  /// Reads a run folder.
  ///
  /// - Throws: ``ReportingError`` with code `invalid` where there is no finished calibration, and
  ///   ``/Calibration/ReferenceMapError`` for a map that cannot be read.
  public init(folder: String) throws {
    guard let mark = RunMark(of: folder) else {
      throw Self.invalid(folder, "it is not the folder of a run")
    }
    guard mark.status == .finished,
      let data = FileManager.default.contents(atPath: folder + "/" + RunFolder.recordName),
      let end = try? JSONText.decoder.decode(End.self, from: data)
    else {
      throw Self.invalid(folder, "its calibration is not finished; its command goes on with it")
    }
    (self.mark, finished) = (mark, end.finished)
    reference = try ReferenceMap(run: folder)
  }

  /// What it found, cell by cell; of cells without a symmetric point the verdict is all that counts.
  ///
  /// A cell of which nothing was said, as by a tracking in which it was not pulsed, may be anywhere.
  public var estimates: [SymmetricPointEstimate] {
    reference.cells.map {
      let isUnknown = $0.value == nil && ![.stuck, .outside].contains($0.verdict)
      return SymmetricPointEstimate(
        value: $0.value ?? 0, halfWidth: $0.halfWidth ?? (isUnknown ? 1e3 : 0), pulses: $0.pulses,
        verdict: isUnknown ? .priorOnly : $0.verdict)
    }
  }

  private static func invalid(_ folder: String, _ reason: String) -> ReportingError {
    ReportingError(
      code: .invalid, path: folder, explanation: "\(folder) cannot be built on: \(reason).")
  }
}
