public import DeviceContract
public import SymmetricPoint

/// The symmetric points of the cells of an array, as a calibration leaves them behind: what is subtracted from the
/// weights, so that zero is where up and down pulses are equal.
///
/// ```swift
/// let reference = try ReferenceMap(run: "runs/chip-a")
/// let zero = try reference.filled(by: .arrayMean).values
/// ```
public struct ReferenceMap: Sendable, Hashable {
  /// What is known of one cell.
  public struct Cell: Sendable, Hashable {
    /// The symmetric point, as a weight; nil for a cell that has none which could be reached.
    public var value: Float?
    /// Half the width of its interval; nil without a value.
    public var halfWidth: Float?
    /// The mean step of a pulse there, as a weight; nil where the calibration does not tell it.
    public var step: Float?
    /// How the calibration ended for the cell.
    public var verdict: SymmetricPointEstimate.Verdict
    /// Pulses of both polarities that it took.
    public var pulses: Int
    /// Whether the value is none of the cell's own (``ReferenceMap/filled(by:)``).
    public var isFilled: Bool

    /// Describes a cell.
    public init(
      value: Float?, halfWidth: Float?, step: Float? = nil,
      verdict: SymmetricPointEstimate.Verdict, pulses: Int, isFilled: Bool = false
    ) {
      (self.value, self.halfWidth, self.step) = (value, halfWidth, step)
      (self.verdict, self.pulses, self.isFilled) = (verdict, pulses, isFilled)
    }
  }

  /// The device that was calibrated.
  public var device: DeviceIdentity
  /// Its cells.
  public var region: CellRegion
  /// How they were calibrated, such as "seek".
  public var method: String
  /// The standard deviation that was asked for, as a weight; nil where a number of pulses was.
  public var tolerance: Double?
  /// The chance with which an interval holds the symmetric point.
  public var confidence: Double
  /// The run that measured it; nil where there was none.
  public var run: String?
  /// Why the calibration ended early; nil where it ran to its end.
  public var stoppedBy: String?
  /// The cells, row-major.
  public private(set) var cells: [Cell]

  /// The name of the file in a run folder.
  public static let fileName = "maps/reference.json"

  /// Describes a reference.
  ///
  /// - Precondition: one entry a cell.
  public init(
    device: DeviceIdentity, region: CellRegion, method: String, tolerance: Double? = nil,
    confidence: Double = 0.95, run: String? = nil, stoppedBy: String? = nil, cells: [Cell]
  ) {
    precondition(cells.count == region.count, "one entry a cell")
    (self.device, self.region, self.method) = (device, region, method)
    (self.tolerance, self.confidence) = (tolerance, confidence)
    (self.run, self.stoppedBy, self.cells) = (run, stoppedBy, cells)
  }

  /// Cells that have no value.
  public var empty: [Int] { cells.indices.filter { cells[$0].value == nil } }

  /// One value a cell; nil where there is none.
  public var values: [Float?] { cells.map(\.value) }

  /// How cells without a value are given one.
  public enum Fill: String, Sendable, Hashable, CaseIterable {
    /// The mean of the cells that have one.
    case arrayMean = "array-mean"
    /// Zero.
    case zero
    /// Not at all: a reference with such cells is refused.
    case refuse
  }

  /// The same with a value for every cell.
  ///
  /// - Throws: ``ReferenceMapError/Code/incomplete`` where there are such cells and no value is to be made up for
  ///   them, or no cell has one.
  public func filled(by fill: Fill) throws(ReferenceMapError) -> ReferenceMap {
    let empty = empty
    guard !empty.isEmpty else { return self }
    let known = values.compactMap { $0 }
    let value: Float
    switch fill {
    case .zero: value = 0
    case .arrayMean where !known.isEmpty:
      value = Float(known.reduce(0.0) { $0 + Double($1) } / Double(known.count))
    default:
      let columns = region.columns.count
      let (row, column) = empty[0].quotientAndRemainder(dividingBy: columns)
      throw ReferenceMapError(
        .incomplete,
        "\(empty.count) of \(cells.count) cells have no symmetric point (\(verdicts(of: empty))), the first in row "
          + "\(region.rows.lowerBound.index + row), column \(region.columns.lowerBound.index + column): "
          + "--fill array-mean gives them the mean of the others, --fill zero the weight 0")
    }
    var map = self
    for cell in empty {
      (map.cells[cell].value, map.cells[cell].isFilled) = (value, true)
    }
    return map
  }

  /// Such as "3 stuck, 1 outside".
  private func verdicts(of places: [Int]) -> String {
    SymmetricPointEstimate.Verdict.allCases.compactMap { verdict in
      let count = places.count { cells[$0].verdict == verdict }
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }.joined(separator: ", ")
  }
}

extension ReferenceMap.Cell {
  /// What an estimate leaves behind: cells that are stuck, or whose symmetric point is out of reach, have a state but
  /// no symmetric point.
  public init(_ estimate: SymmetricPointEstimate, step: Float? = nil) {
    let hasPoint = ![.stuck, .outside].contains(estimate.verdict) && estimate.value.isFinite
    self.init(
      value: hasPoint ? estimate.value : nil, halfWidth: hasPoint ? estimate.halfWidth : nil,
      step: step, verdict: estimate.verdict, pulses: estimate.pulses)
  }
}
