import Foundation
import SymmetricPoint

/// What alternating pulses do to a cell beside its symmetric point: its state comes nearer by a part `1 - exp(-S m)` of
/// the distance in m pairs, for slopes that add up to S, and wanders by `sigma² / S` in the end, for a noise of sigma a
/// pulse.
struct CellDrift {
  let slope: Double
  /// The distance, as a weight.
  let bracket: Double
  /// Variance of a read, write noise included.
  let readVariance: Double

  /// The variance of the state of a cell that is pulsed for long, by its noise factor `2 sigma / S`.
  private func wander(_ factor: Double) -> Double { factor * factor * slope / 4 }

  /// The standard deviation of what so many pairs and the reads around them add by chance.
  func noise(pairs: Double, factor: Double) -> Double {
    let left = exp(-slope * pairs)
    return (wander(factor) * (1 - left * left) + 2 * readVariance).squareRoot()
  }

  /// The drift of so many pairs, in standard deviations of its noise.
  func surety(pairs: Double, factor: Double) -> Double {
    bracket * (1 - exp(-slope * pairs)) / noise(pairs: pairs, factor: factor)
  }

  /// The fewest pairs with which the drift is so sure; nil where no number is enough.
  func pairs(surety: Double, factor: Double) -> Int? {
    // Beyond two relaxation times more pairs do not help.
    var (low, high) = (10.0, max(10, 2 / slope))
    guard self.surety(pairs: high, factor: factor) >= surety else { return nil }
    while high - low > 1 {
      let middle = (low + high) / 2
      if self.surety(pairs: middle, factor: factor) >= surety {
        high = middle
      } else {
        low = middle
      }
    }
    return Int(high.rounded(.up))
  }

  /// The error of the mean, by the bracket, that is good enough.
  private static let meanError = 0.4

  /// How long a cell is pulsed until the mean of its states is good enough.
  ///
  /// States are read twice in a relaxation time; a mean over n of these times has a variance of `2 / n` of the wander.
  func dwell(factor: Double) -> BracketAudit.Dwell {
    let pairs = max(1, Int((0.5 / slope).rounded(.up)))
    let wanted = Self.meanError * bracket
    let each = 4 * wander(factor) + readVariance
    let reads = max(4, Int((each / (wanted * wanted)).rounded(.up)))
    return BracketAudit.Dwell(
      settling: Int((1.5 / slope).rounded(.up)), pairs: pairs, reads: reads)
  }

  /// The standard deviation of that mean.
  func error(of dwell: BracketAudit.Dwell, factor: Double) -> Double {
    let times = slope * Double(dwell.pairs * dwell.reads)
    return (2 * wander(factor) / times + readVariance / Double(dwell.reads)).squareRoot()
  }
}
