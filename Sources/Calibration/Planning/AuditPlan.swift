import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
public import SymmetricPoint

/// How cells are asked whether they are where they are said to be, and what that says and costs.
public struct AuditPlan: Sendable {
  /// The question.
  public let audit: BracketAudit
  /// Cells of the sample, of those called converged.
  public var cells: Int
  /// The most cells that may be asked, where there is a reason to ask more.
  public var mostCells: Int
  /// The part of right cells that noise lets fail.
  public let falseAlarms: Double
  /// Pulses that a cell is expected to take.
  public let expectedPulses: Int

  /// Plans it for what is expected of an array.
  ///
  /// The bracket is three times the tolerance, so that one right cell in some hundred lies beyond it by the error of its
  /// estimate, and at least 3 % of the window. The pairs m are as many as let a drift towards the middle of the bracket
  /// be two and a half times its noise, `S b m = 2.5 sqrt(2 m sigma² + 2 r²)` for reads with an error r.
  ///
  /// - Parameters:
  ///   - cells: those of a sample.
  ///   - mostCells: those that may be asked where there is a reason to.
  init(
    _ array: ArrayExpectation, tolerance: Double, averages: Int, readVariance: Double,
    scheme: BiasScheme, cells: Int, mostCells: Int
  ) {
    let response = array.response
    var audit = BracketAudit(response, averages: averages, scheme: scheme)
    audit.bracket = max(audit.bracket, 3 * tolerance)
    audit.step = array.step
    let drift = array.slope * audit.bracket
    let noise = array.noiseFactor * array.slope / 2
    let part = Self.surety * Self.surety * noise * noise
    let root = (part * part + 2 * Self.surety * Self.surety * readVariance * drift * drift)
      .squareRoot()
    audit.pairs = min(max(10, Int(((part + root) / (drift * drift)).rounded(.up))), 50_000)
    // Slow cells take twice the pulses to come to a place.
    audit.longest = max(2, Int(2 * audit.bracket / array.step))
    audit.mostMoving = max(8, Int(6 * audit.bracket / array.step))
    self.audit = audit
    (self.cells, self.mostCells) = (cells, mostCells)
    let pairs = Double(audit.pairs)
    let alarms = array.noiseFactors.map { factor in
      let noise = factor * array.slope / 2
      return Self.falseAlarms(
        surety: drift * pairs / (2 * pairs * noise * noise + 2 * readVariance).squareRoot(),
        spread: tolerance / audit.bracket,
        // A cell is brought to within a quarter of the bracket of its place, as far as reads show.
        misplacement: (1.0 / 48 + readVariance / (audit.bracket * audit.bracket)).squareRoot())
    }
    falseAlarms = alarms.reduce(0, +) / Double(alarms.count)
    // From somewhere around the point to the side below it, and from there to the one above.
    let moves = 2 * audit.bracket / array.step
    expectedPulses = Int((4 * pairs + moves) * (1 + falseAlarms.squareRoot()))
  }

  /// Fewer say too little: if none of them fails, one cell in three may still be wrong.
  static let fewestCells = 8

  /// Reads of the region: both sides with two or three moves each, and again for those that failed once.
  var expectedReads: Int {
    let again = 1 - pow(1 - falseAlarms.squareRoot(), Double(cells))
    return Int((9 * (1 + again)).rounded(.up))
  }

  /// The most reads of the region.
  var mostReads: Int { 4 * (audit.mostMoves + 2) }

  /// How far a drift is to be above its noise.
  private static let surety = 2.5

  /// The part of right cells that fail twice.
  ///
  /// - Parameters:
  ///   - surety: the drift of a point in the middle of the bracket, in standard deviations of its noise.
  ///   - spread: the standard deviation of a right estimate by the bracket.
  ///   - misplacement: that of the place to which a cell is brought.
  static func falseAlarms(surety: Double, spread: Double, misplacement: Double) -> Double {
    // The mean of a normal distribution function over normal places is one as well.
    let surety = surety / (1 + surety * surety * misplacement * misplacement).squareRoot()
    let below = { (number: Double) in 0.5 * erfc(-number / 2.0.squareRoot()) }
    var (sum, weights) = (0.0, 0.0)
    for place in -40...40 {
      let error = Double(place) / 10
      let weight = exp(-error * error / 2)
      let passes = below(surety * (1 - error * spread)) * below(surety * (1 + error * spread))
      sum += weight * (1 - passes) * (1 - passes)
      weights += weight
    }
    return sum / weights
  }

  /// The most that so many cells can cost.
  func quote(cells: Int, on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    guard cells > 0 else { return PulseQuote() }
    return audit.quote(cells: cells, on: region, of: capabilities)
  }
}
