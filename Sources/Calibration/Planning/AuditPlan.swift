import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
public import SymmetricPoint

/// How cells are asked whether they are where they are said to be, and what that says and costs.
public struct AuditPlan: Sendable {
  /// The question.
  public let audit: BracketAudit
  /// Cells that are asked, of those called converged.
  public var cells: Int
  /// The part of right cells that noise lets fail.
  public let falseAlarms: Double
  /// Pulses that a cell is expected to take.
  public let expectedPulses: Int

  /// Plans it for what is expected of an array.
  ///
  /// The bracket is three times the tolerance, so that one right cell in some hundred lies beyond it by the error of its
  /// estimate, and at least 3 % of the window. The pairs are as many as let a drift towards the middle of the bracket
  /// be three times its noise: `S b m` against `sigma sqrt(2 m)`, that is `m = (3 c / b)² / 2` for `c = 2 sigma / S`.
  init(_ array: ArrayExpectation, tolerance: Double, averages: Int, scheme: BiasScheme, cells: Int)
  {
    let response = array.response
    var audit = BracketAudit(response, averages: averages, scheme: scheme)
    audit.bracket = max(audit.bracket, 3 * tolerance)
    audit.step = array.step
    let ratio = Self.surety * array.noiseFactor / audit.bracket
    audit.pairs = min(max(10, Int((ratio * ratio / 2).rounded(.up))), 50_000)
    // Slow cells take twice the pulses to come to a place.
    audit.longest = max(2, Int(2 * audit.bracket / array.step))
    audit.mostMoving = max(8, Int(6 * audit.bracket / array.step))
    self.audit = audit
    self.cells = cells
    falseAlarms = Self.falseAlarms(
      surety: array.noiseFactor > 0
        ? audit.bracket * (2 * Double(audit.pairs)).squareRoot() / array.noiseFactor : 1e3,
      spread: tolerance / audit.bracket)
    // From somewhere around the point to the side below it, and from there to the one above.
    let moves = 3.5 * audit.bracket / array.step
    expectedPulses = Int((Double(4 * audit.pairs) + moves) * (1 + 2 * falseAlarms.squareRoot()))
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
  private static let surety = 3.0

  /// The part of right cells that fail twice.
  ///
  /// - Parameters:
  ///   - surety: the drift of a point in the middle of the bracket, in standard deviations of its noise.
  ///   - spread: the standard deviation of a right estimate by the bracket.
  static func falseAlarms(surety: Double, spread: Double) -> Double {
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
