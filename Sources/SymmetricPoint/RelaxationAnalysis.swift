import Foundation

/// Where relaxing states lead to, and how surely.
///
/// Between two entries of the record a cell closes a part of its distance to the symmetric point s and
/// picks up noise, and reads add theirs:
///
///     x' = s + rho (x - s) + e,   y = x + n
///
/// Given rho and the ratio of the two noises, y' - rho y has the mean (1 - rho) s and a tridiagonal
/// covariance, so s follows by generalised least squares and its variance from the residual. Leaving n
/// out would make noisy reads look like a fast relaxation. The posterior of s is a mixture over rho. A
/// cell that has arrived says little about its rho, so the cells of the array share a prior, learnt from
/// all of them (``ArrayPrior``).
struct RelaxationAnalysis {
  private let record: RelaxationRecord
  private let window: ClosedRange<Double>
  private let readNoise: Double
  private let confidence: Double
  /// Variance of an entry of the record around the course of its cell.
  private let observation: Double
  /// Variance of the noise of the course over that of the entries.
  private var ratio = 1.0
  private var prior: ArrayPrior?
  /// How far the states of the median cell spread on the way.
  private let typicalSpread: Double

  init(
    record: RelaxationRecord, window: ClosedRange<Double>, readNoise: Double, confidence: Double
  ) {
    self.record = record
    self.window = window
    self.readNoise = readNoise
    self.confidence = confidence
    observation = max(record.observationVariance, readNoise * readNoise / 2, 1e-15)
    let cells = record.states[0].count
    let some = stride(from: 0, to: cells, by: max(1, cells / 1_000))
    let spreads = some.map { cell in record.states.map { Double($0[cell]) }.sampleDeviation }
      .sorted()
    typicalSpread = spreads[spreads.count / 2]
    guard entries >= Self.fewestEntries else { return }
    // Some hundred cells settle both; more would only take longer.
    learnRatio(from: stride(from: 0, to: cells, by: max(1, cells / 200)).map(course))
    let many = stride(from: 0, to: cells, by: max(1, cells / 250))
    let last = record.states[entries]
    prior = ArrayPrior(
      likelihoods: many.map { likelihood(of: course(of: $0)) },
      starts: many.map { Double(record.states[0][$0]) }, states: many.map { Double(last[$0]) },
      entries: entries, window: window)
  }

  private static let fewestEntries = 4
  private var entries: Int { record.states.count - 1 }

  /// Half the width of the interval around a state, and what to say of it.
  func interval(
    of cell: Int, around center: Double
  ) -> (halfWidth: Double, verdict: SymmetricPointEstimate.Verdict) {
    let unknown = max(window.upperBound - center, center - window.lowerBound)
    let course = course(of: cell)
    if isStuck(cell, course) { return (unknown, .stuck) }
    guard let prior else { return (unknown, .budget) }
    let posterior = prior.posterior(of: likelihood(of: course))
    let half = min(halfWidth(around: center, posterior), unknown)
    let start = Double(record.states[0][cell])
    let drift = posterior.reduce(0) { sum, part in
      sum + part.weight * abs(part.mean - start) * pow(part.rate.rho, Double(entries))
    }
    // What the cell does once it has arrived, seen and not inferred: the second half of its record.
    let floor = max(course.suffix(max(4, entries / 2)).sampleDeviation, readNoise)
    // An interval far wider than that leaves open whether the cell has arrived at all.
    let hasArrived = drift <= floor && half <= 4 * floor
    return (half, hasArrived ? .converged : .budget)
  }

  /// Whether the cell answers no pulse.
  ///
  /// That is said only where it would show: the states stay within their read noise while the median cell
  /// moves ten times as far, and the steps average to nothing.
  private func isStuck(_ cell: Int, _ course: [Double]) -> Bool {
    guard entries > 1, typicalSpread > 10 * readNoise else { return false }
    let steps = record.steps.map { Double($0[cell]) }
    let error = steps.sampleDeviation / Double(steps.count).squareRoot()
    // An entry is a mean of two reads. With 33 of them the sample deviation of reads alone stays below
    // 1.6 times the true one but for 1 in 100,000, and a mean of steps within 3.5 errors but for 1 in 2,000.
    return course.sampleDeviation <= 1.6 * max(readNoise / 2.0.squareRoot(), 1e-9)
      && abs(steps.sampleMean) <= 3.5 * error + 1e-9
  }

  private func course(of cell: Int) -> [Double] { record.states.map { Double($0[cell]) } }

  /// Finds the ratio of the noises that makes the records most likely, all cells together.
  private mutating func learnRatio(from courses: [[Double]]) {
    var best = (score: -Double.infinity, ratio: 1.0)
    for exponent in -6...6 {
      let ratio = pow(10, Double(exponent) / 2)
      var score = 0.0
      for course in courses {
        let rates = RateLikelihood.coarseRates.map {
          RateLikelihood.Rate($0, course: course, ratio: ratio, noise: observation)
        }
        let highest = rates.map(\.logLikelihood).max() ?? 0
        score += highest + log(rates.reduce(0) { $0 + exp($1.logLikelihood - highest) })
      }
      if score > best.score { best = (score, ratio) }
    }
    ratio = best.ratio
  }

  private func likelihood(of course: [Double]) -> RateLikelihood {
    RateLikelihood(course: course, ratio: ratio, noise: observation)
  }

  /// The smallest distance from the center that holds the asked share of the posterior.
  private func halfWidth(around center: Double, _ posterior: [ArrayPrior.Component]) -> Double {
    let relevant = posterior.filter { $0.weight > 1e-5 }
    let inside = share(of: relevant, from: window.lowerBound, to: window.upperBound)
    guard inside > 0 else { return .infinity }
    var (low, high) = (0.0, window.upperBound - window.lowerBound)
    while high - low > 1e-4 * high + 1e-9 {
      let middle = (low + high) / 2
      let share = share(
        of: relevant, from: max(center - middle, window.lowerBound),
        to: min(center + middle, window.upperBound))
      if share >= confidence * inside { high = middle } else { low = middle }
    }
    return high
  }

  private func share(
    of posterior: [ArrayPrior.Component], from low: Double, to high: Double
  ) -> Double {
    posterior.reduce(0) { sum, part in
      let below = erfc((part.mean - high) / (part.sd * 2.0.squareRoot()))
      let under = erfc((part.mean - low) / (part.sd * 2.0.squareRoot()))
      return sum + part.weight * 0.5 * (below - under)
    }
  }
}
