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
  /// estimate, and at least 3 % of the window. The pairs are as many as let a drift towards the middle of the bracket
  /// be three times its noise, of which it must show one; where no number does, or the mean of many states takes fewer
  /// pulses, that mean is what is asked for.
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
    // Slow cells take twice the pulses to come to a place.
    audit.longest = max(2, Int(2 * audit.bracket / array.step))
    audit.mostMoving = max(8, Int(6 * audit.bracket / array.step))
    (self.cells, self.mostCells) = (cells, mostCells)
    let drift = CellDrift(
      slope: array.slope, bracket: audit.bracket, readVariance: readVariance)
    let dwell = drift.dwell(factor: array.noiseFactor)
    // From somewhere around the point to the side below it, and from there to the one above.
    let moves = 2 * audit.bracket / array.step
    let pairs = drift.pairs(surety: Self.surety, factor: array.noiseFactor)
    let spread = tolerance / audit.bracket
    let alarms: [Double]
    if let pairs, 4 * pairs < dwell.pulses {
      audit.pairs = pairs
      // Of the median cell: the mean square over cells of all slopes says nothing of the noise of one.
      let median = array.noiseFactors[array.noiseFactors.count / 2]
      audit.pulseNoise =
        drift.noise(pairs: Double(pairs), factor: median) / (2 * Double(pairs)).squareRoot()
      alarms = array.noiseFactors.map {
        Self.falseAlarms(
          surety: drift.surety(pairs: Double(pairs), factor: $0), spread: spread,
          // A cell is brought to within a quarter of the bracket of its place, as far as reads show.
          misplacement: (1.0 / 48 + readVariance / (audit.bracket * audit.bracket)).squareRoot(),
          least: audit.leastDrift / drift.noise(pairs: Double(pairs), factor: $0))
      }
    } else {
      audit.dwell = dwell
      alarms = array.noiseFactors.map {
        Self.falseAlarms(
          meanError: drift.error(of: dwell, factor: $0) / audit.bracket, spread: spread)
      }
    }
    falseAlarms = alarms.reduce(0, +) / Double(alarms.count)
    let once = audit.dwell.map { Double($0.pulses) } ?? 4 * Double(audit.pairs) + moves
    expectedPulses = Int(once * (1 + falseAlarms.squareRoot()))
    self.audit = audit
  }

  /// Fewer say too little: if none of them fails, one cell in three may still be wrong.
  static let fewestCells = 8

  /// Reads of the region: those of a mean, or both sides with two or three moves each, and again for those that failed once.
  var expectedReads: Int {
    let again = 1 - pow(1 - falseAlarms.squareRoot(), Double(cells))
    return Int((Double(audit.dwell?.reads ?? 9) * (1 + again)).rounded(.up))
  }

  /// The most reads of the region.
  var mostReads: Int { audit.mostReads }

  /// Pulses up and down in turn that a cell is expected to take, each in a slot of its own.
  var alternatingPulses: Int { min(expectedPulses, audit.dwell?.pulses ?? 4 * audit.pairs) }

  /// How far a drift is to be above its noise.
  private static let surety = 3.0

  /// The part of right cells that fail twice.
  ///
  /// - Parameters:
  ///   - surety: the drift of a point in the middle of the bracket, in standard deviations of its noise.
  ///   - spread: the standard deviation of a right estimate by the bracket.
  ///   - misplacement: that of the place to which a cell is brought.
  ///   - least: the least drift that counts, in standard deviations of its noise.
  static func falseAlarms(
    surety: Double, spread: Double, misplacement: Double, least: Double
  ) -> Double {
    // The mean of a normal distribution function over normal places is one as well.
    let wider = (1 + surety * surety * misplacement * misplacement).squareRoot()
    let (surety, least) = (surety / wider, least / wider)
    let below = { (number: Double) in 0.5 * erfc(-number / 2.0.squareRoot()) }
    var (sum, weights) = (0.0, 0.0)
    for place in -40...40 {
      let error = Double(place) / 10
      let weight = exp(-error * error / 2)
      let passes =
        below(surety * (1 - error * spread) - least) * below(surety * (1 + error * spread) - least)
      sum += weight * (1 - passes) * (1 - passes)
      weights += weight
    }
    return sum / weights
  }

  /// The same where the mean of states is asked for.
  ///
  /// - Parameters:
  ///   - meanError: its standard deviation, by the bracket.
  ///   - spread: that of a right estimate.
  static func falseAlarms(meanError: Double, spread: Double) -> Double {
    let tail = { (number: Double) in 0.5 * erfc(number / 2.0.squareRoot()) }
    var (sum, weights) = (0.0, 0.0)
    for place in -40...40 {
      let error = Double(place) / 10
      let weight = exp(-error * error / 2)
      let fails =
        tail((BracketAudit.allowance - error * spread) / meanError)
        + tail((BracketAudit.allowance + error * spread) / meanError)
      sum += weight * fails * fails
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
