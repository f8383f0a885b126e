public import ResponseModels
public import SymmetricPoint

/// What is expected of the cells of an array together: how their symmetric points are spread, and how much a pulse
/// can say about them.
///
/// Learnt from cells drawn from a device description, with a seed of its own: the plan of a campaign must not know
/// the cells that the campaign is about.
public struct ArrayExpectation: Sendable, Hashable, Codable {
  /// What is expected of a cell.
  public var response: ResponseExpectation
  /// Mean of the symmetric points, as a weight.
  public var mean: Double
  /// Their standard deviation over the array, which an array mean leaves as the error of a cell.
  public var spread: Double
  /// The root mean square of `2 sigma / S` over the cells, as a weight: for a noise of sigma a pulse and slopes that add
  /// up to S, no method has an error below this over the root of the pulses (Cramér-Rao).
  public var noiseFactor: Double
  /// The same of a quiet cell (10 of 100 are quieter) and of a noisy one (10 of 100 are noisier).
  public var leastNoiseFactor: Double, mostNoiseFactor: Double
  /// The same of twenty cells that stand for all, from the quietest to the noisiest twentieth.
  public var noiseFactors: [Double]
  /// Sum of both slopes at the symmetric point of the median cell, per pulse.
  public var slope: Double
  /// The same of a slow cell: 10 of 100 are slower.
  public var leastSlope: Double
  /// Mean distance of the symmetric points from the start, and that which 10 of 100 cells exceed.
  public var distance: Double, mostDistance: Double
  /// The mean step between start and symmetric point, as a weight.
  public var step: Double
  /// Standard deviation of the cells' slopes by their mean, of the nine in ten that are nearest to the median: cells that
  /// differ in more than their symmetric points say less of each other.
  public var slopeSpread: Double
  /// The weight at which cells start.
  public var start: Double
  /// Part of the cells that have a symmetric point.
  public var share: Double

  /// Draws cells from a description.
  ///
  /// - Parameters:
  ///   - device: the description.
  ///   - start: the weight at which cells start.
  /// - Returns: nil where nothing can be expected, as of a device whose cells have no symmetric point.
  public init?(of device: DeviceDescription, start: Double = 0) {
    guard let response = ResponseExpectation(of: device) else { return nil }
    let model = device.model.resolved
    let sampled = device.model.sampleCells(rows: 32, columns: 32, seed: Self.seed).cells
    let cells = sampled.compactMap { CellFigures($0, model, range: response.range, start: start) }
    // Fewer than half of the cells: an accident of the model, such as bounds that are turned round.
    guard cells.count * 2 > sampled.count else { return nil }
    (self.response, self.start) = (response, start)
    (mean, spread) = ErrorSummary.moments(cells.map(\.point))
    noiseFactor = Self.rms(cells.map(\.noiseFactor))
    leastNoiseFactor = Self.quantile(cells.map(\.noiseFactor), 0.1)
    mostNoiseFactor = Self.quantile(cells.map(\.noiseFactor), 0.9)
    noiseFactors = (0..<20).map {
      Self.quantile(cells.map(\.noiseFactor), (Double($0) + 0.5) / 20)
    }
    slope = Self.quantile(cells.map(\.slope), 0.5)
    leastSlope = Self.quantile(cells.map(\.slope), 0.1)
    slopeSpread = Self.relativeSpread(cells.map(\.slope))
    distance = cells.reduce(0) { $0 + $1.distance } / Double(cells.count)
    mostDistance = Self.quantile(cells.map(\.distance), 0.9)
    step = Self.quantile(cells.map(\.step), 0.5)
    share = Double(cells.count) / Double(sampled.count)
  }

  private static let seed: UInt64 = 0x7A2E_5EED

  private static func rms(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }

  private static func relativeSpread(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = Array(sorted[sorted.count / 20..<sorted.count - sorted.count / 20])
    let (mean, deviation) = ErrorSummary.moments(middle)
    return deviation / mean
  }

  private static func quantile(_ values: [Double], _ part: Double) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
  }
}

/// What counts of one drawn cell.
struct CellFigures {
  let point: Double
  let noiseFactor: Double
  let slope: Double
  let distance: Double
  let step: Double

  /// - Returns: nil for a cell without a symmetric point, or whose steps cross there without a slope.
  init?(_ cell: Cell, _ model: DeviceModel, range: Double, start: Double) {
    guard let point = model.symmetricPoint(of: cell) else { return nil }
    // Small against the curvature of any response, large against rounding.
    let reach = 1e-4 * range
    let drift = { (weight: Double) in
      model.step(.up, at: weight, of: cell) - model.step(.down, at: weight, of: cell)
    }
    let slope = (drift(point - reach) - drift(point + reach)) / (2 * reach)
    let up = model.step(.up, at: point, of: cell)
    let down = model.step(.down, at: point, of: cell)
    guard slope > 0, up + down > 0 else { return nil }
    let noise = { (direction: PulseDirection, step: Double) in
      model.noise(direction, at: point, of: cell, step: step, draw: 1)
    }
    let variance = (noise(.up, up) * noise(.up, up) + noise(.down, down) * noise(.down, down)) / 2
    self.point = point
    self.slope = slope
    noiseFactor = 2 * variance.squareRoot() / slope
    distance = abs(point - start)
    step = (up + down) / 2
  }
}
