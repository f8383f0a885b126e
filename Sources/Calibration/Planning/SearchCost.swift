import Foundation
import SymmetricPoint

/// How many pulses a cell needs for an error.
protocol SearchCost: Sendable {
  /// The expected pulses of a cell, of one that has it easy, and of one that has not; nil where no number is enough.
  func pulses(for error: Double) -> SearchPulses?
}

/// Pulses of a cell: a quiet one near its symmetric point, the mean one, and a noisy one that is far away.
struct SearchPulses: Sendable, Hashable {
  var best, expected, worst: Double
}

extension SearchPulses {
  /// The same for all cells.
  init(all pulses: Double) { (best, expected, worst) = (pulses, pulses, pulses) }
}

extension ArrayExpectation {
  /// Pulses that noise asks for at the bound, of a cell with a noise factor `c`.
  ///
  /// What the array says of a cell counts: `1 / e² = N / c² + 1 / tau²` for symmetric points that are spread by tau
  /// over it (van Trees). Of tau no more is known than the cells have told: their variance has an error of
  /// `sqrt(2 / M) (tau² + c² / N)` for M of them, two of which are allowed for.
  func noisePulses(for error: Double, factor: Double, cells: Int) -> Double {
    let (wanted, shared) = (error * error, spread * spread)
    let doubt = 2 * (2 / Double(max(2, cells))).squareRoot()
    // The variance that pulses alone leave: the more pulses, the less; halved until it is found.
    var (low, high) = (0.0, 1e6 * wanted)
    for _ in 0..<60 {
      let own = (low + high) / 2
      let known = 1 / (shared + doubt * (shared + own)) + 1 / max(own, 1e-300)
      if 1 / known <= wanted { low = own } else { high = own }
    }
    return factor * factor / max(low, 1e-300)
  }

  /// The same in the mean over the cells.
  func noisePulses(for error: Double, cells: Int) -> Double {
    let mean = noiseFactors.reduce(0) { $0 + $1 * $1 } / Double(max(1, noiseFactors.count))
    return noisePulses(for: error, factor: mean.squareRoot(), cells: cells)
  }
}

/// The cost of ``Seek``: the way to the symmetric point, what noise asks for, and what reads of finite precision add.
///
/// Pulses on the way say something of the noise as well, so that the two do not add up but come together as sides
/// at a right angle do. Fitted to simulations of cells with soft bounds, for errors from 0.5 % to 2 % of the window to
/// some 10 %; beyond that it is too high.
struct SeekCost: SearchCost {
  let expected: ArrayExpectation
  /// Variance of a read, averages and write noise included.
  let readVariance: Double
  /// Cells that say something of the array.
  let cells: Int

  /// What the search needs above the bound, since it swings by choice of few lengths.
  private static let excess = 1.1
  /// The same where symmetric points differ by less than the tolerance: that they do must be learnt first, and a spread of
  /// little is told from the noise of pulses late.
  private static let doubtfulExcess = 2.0
  /// The part of the way that is a way at all: cells are read before they are quite there.
  private static let travel = 0.78

  func pulses(for error: Double) -> SearchPulses? {
    // A cell that takes larger steps than that cannot be put where it would tell.
    guard expected.step <= error else { return nil }
    let pulses = { (noise: Double, distance: Double) in
      // Where the array says enough of every cell, none has a way to go.
      let way = expected.spread > error ? Self.travel * distance / expected.step : 0
      let excess = expected.spread > error ? Self.excess : Self.doubtfulExcess
      return max(fewest, overhead + learning + hypot(way, excess * noise))
    }
    let noise = { expected.noisePulses(for: error, factor: $0, cells: cells) }
    return SearchPulses(
      // At best the bound itself, of a quiet cell near its symmetric point.
      best: 2 * probe
        + min(
          noise(expected.leastNoiseFactor), 0.7 * expected.noisePulses(for: error, cells: cells)),
      expected: pulses(expected.noisePulses(for: error, cells: cells), expected.distance),
      worst: pulses(noise(expected.mostNoiseFactor), expected.mostDistance))
  }

  /// Pulses of the first look at a cell.
  private var probe: Double {
    min(
      max(6 * readVariance.squareRoot() / expected.step, 4),
      0.15 * expected.response.range / expected.step)
  }

  /// The first look, and two more bursts.
  private var fewest: Double { 2 * probe + 2 * max(2, probe / 4) }

  /// Pulses that tell what cells do not have in common: a twelfth of the window, of cells that differ by 20 % and more.
  private var learning: Double {
    expected.response.range / expected.step / 12 * (1 - exp(-expected.slopeSpread / 0.1))
  }

  /// Pulses that are spent before noise is what counts: the probe, and what reads blur.
  private var overhead: Double {
    let blur = expected.slope * expected.noiseFactor
    return 2 * probe + 4 * readVariance / (blur * blur)
  }
}

/// The cost of ``Sweep``: all cells take the way of all, and then what noise asks for.
struct SweepCost: SearchCost {
  let expected: ArrayExpectation
  /// Cells that say something of the array.
  let cells: Int

  /// The ways that cells take together, as a part of the window; from simulations of cells with soft bounds.
  private static let travel = 0.45
  /// What the search needs above the bound: no cell is swung around its own symmetric point.
  private static let excess = 1.2

  func pulses(for error: Double) -> SearchPulses? {
    guard expected.step <= error else { return nil }
    let pulses = { (factor: Double) in
      hypot(way, Self.excess * expected.noisePulses(for: error, factor: factor, cells: cells))
    }
    // All cells get what the noisiest tenth takes; that is left over.
    return SearchPulses(
      best: pulses(expected.leastNoiseFactor) / 2, expected: pulses(expected.mostNoiseFactor),
      worst: pulses(expected.mostNoiseFactor))
  }

  private var way: Double { Self.travel * expected.response.range / expected.step }
}

/// The cost of an ``ArrayMean`` for a cell of the sample, which is measured until the mean of all says enough.
struct ArrayMeanCost: SearchCost {
  let expected: ArrayExpectation
  let readVariance: Double

  /// The error asked for.
  let tolerance: Double

  /// The error to which a cell of the sample is measured: as much as the cells differ, or three times what was asked for,
  /// of which the mean of forty cells leaves half.
  var aim: Double {
    min(
      max(expected.spread, expected.step, 3 * tolerance),
      ArrayMean.mostError * expected.response.range)
  }

  func pulses(for error: Double) -> SearchPulses? {
    if let pulses = ArrayMean.pulses(of: expected.response).map(Double.init) {
      return SearchPulses(best: pulses, expected: pulses, worst: pulses)
    }
    var alone = expected
    // Forty cells say little of their spread, and each counts by its own readings.
    alone.spread = expected.response.range
    return SeekCost(expected: alone, readVariance: readVariance, cells: 2).pulses(for: aim)
  }
}

/// The cost of zero-shifting: slow cells set the number of pulses, and below the noise of the state itself only the
/// mean of many states comes.
struct ZeroShiftingCost: SearchCost {
  let expected: ArrayExpectation
  let readVariance: Double
  let isStochastic: Bool
  /// Whether the last states are averaged.
  var isAveraged: Bool

  /// Variance of the state of a cell that has arrived, as it is read.
  ///
  /// The noise of a pulse piles up and relaxes, `sigma² / S`; the cyclic order stands half a step beside the middle,
  /// the stochastic one walks at random besides.
  var floor: Double {
    let noise = expected.noiseFactor * expected.slope / 2
    let walk =
      isStochastic
      ? expected.step * expected.step / expected.slope : expected.step * expected.step / 4
    return noise * noise / expected.slope + walk + readVariance
  }

  /// Slower cells than the slow tenth are to arrive as well.
  private static let margin = 1.2
  /// What the mean of the last states needs above the Cramér-Rao bound.
  private static let excess = 1.5

  func pulses(for error: Double) -> SearchPulses? {
    let left = isAveraged ? error * error / 4 : error * error - floor
    guard left > 0 else { return nil }
    let ratio = expected.noiseFactor / error
    let pulses = way(to: left.squareRoot()) + (isAveraged ? Self.excess * ratio * ratio : 0)
    return SearchPulses(best: max(2, pulses), expected: max(2, pulses), worst: max(2, pulses))
  }

  /// Pulses until a slow cell is so near.
  private func way(to distance: Double) -> Double {
    Self.margin * log(max(1, start / distance)) / (expected.leastSlope / 2)
  }

  /// The root mean square distance at the start.
  private var start: Double {
    (expected.distance * expected.distance + expected.spread * expected.spread).squareRoot()
  }
}
