import Foundation
import SymmetricPoint

/// How many pulses a cell needs for an error, and how small an error so many pulses leave.
protocol SearchCost: Sendable {
  /// The expected pulses of a cell, of one that has it easy, and of one that has not; nil where no number is enough.
  func pulses(for error: Double) -> SearchPulses?
  /// The root mean square error over the cells after so many pulses each; nil where they are too few to say anything.
  func error(after pulses: Double) -> Double?
}

/// Pulses of a cell: a quiet one near its symmetric point, the mean one, and a noisy one that is far away.
struct SearchPulses: Sendable, Hashable {
  var best, expected, worst: Double
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

  /// What the search needs above the Cramér-Rao bound, since it swings by choice of few lengths.
  private static let excess = 1.1
  /// The part of the way that is a way at all: cells are read before they are quite there.
  private static let travel = 0.8

  func pulses(for error: Double) -> SearchPulses? {
    // A cell that takes larger steps than that cannot be put where it would tell.
    guard expected.step <= error else { return nil }
    let pulses = { (factor: Double, distance: Double) in
      overhead + hypot(way(distance), Self.excess * (factor / error) * (factor / error))
    }
    // At best the bound itself, of a quiet cell near its symmetric point, with what the array knows of it.
    let known = 1 / (expected.spread * expected.spread)
    let least = expected.leastNoiseFactor * expected.leastNoiseFactor
    return SearchPulses(
      best: 2 * probe + least * max(0, 1 / (error * error) - known),
      expected: pulses(expected.noiseFactor, expected.distance),
      worst: pulses(expected.mostNoiseFactor, expected.mostDistance))
  }

  func error(after pulses: Double) -> Double? {
    let (all, way) = (pulses - overhead, way(expected.distance))
    guard all > way else { return nil }
    let useful = (all * all - way * way).squareRoot()
    return max(expected.step, expected.noiseFactor * (Self.excess / useful).squareRoot())
  }

  private func way(_ distance: Double) -> Double { Self.travel * distance / expected.step }

  /// Pulses of the first look at a cell.
  private var probe: Double {
    min(
      max(6 * readVariance.squareRoot() / expected.step, 4),
      0.15 * expected.response.range / expected.step)
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

  /// The ways that cells take together, as a part of the window; from simulations of cells with soft bounds.
  private static let travel = 0.45
  /// What the search needs above the Cramér-Rao bound: no cell is swung around its own symmetric point.
  private static let excess = 1.2

  func pulses(for error: Double) -> SearchPulses? {
    guard expected.step <= error else { return nil }
    let pulses = { (factor: Double) in
      hypot(way, Self.excess * (factor / error) * (factor / error))
    }
    return SearchPulses(
      best: pulses(expected.leastNoiseFactor) / 2, expected: pulses(expected.noiseFactor),
      worst: pulses(expected.mostNoiseFactor))
  }

  func error(after pulses: Double) -> Double? {
    guard pulses > way else { return nil }
    let useful = (pulses * pulses - way * way).squareRoot()
    return max(expected.step, expected.noiseFactor * (Self.excess / useful).squareRoot())
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
    return SeekCost(expected: expected, readVariance: readVariance).pulses(for: aim)
  }

  func error(after pulses: Double) -> Double? {
    guard let wanted = self.pulses(for: aim), wanted.expected <= pulses else { return nil }
    return expected.spread
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

  func error(after pulses: Double) -> Double? {
    let left = start * exp(-pulses / Self.margin * expected.leastSlope / 2)
    let last = (left * left + floor).squareRoot()
    var averaged = self
    averaged.isAveraged = true
    // The larger the error, the fewer pulses: halved until it is found.
    var (low, high) = (1e-9 * last, last)
    guard let fewest = averaged.pulses(for: high), fewest.expected <= pulses else { return last }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if (averaged.pulses(for: middle)?.expected ?? .infinity) <= pulses {
        high = middle
      } else {
        low = middle
      }
    }
    return high
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
