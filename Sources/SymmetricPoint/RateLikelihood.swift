import Foundation

/// What the record of one cell says of its relaxation rate, and of its symmetric point given the rate.
struct RateLikelihood {
  /// One relaxation rate.
  struct Rate {
    /// Logarithm of the rate per entry of the record: rho = exp(-exp(logRate)).
    let logRate: Double
    /// What is left of a distance from one entry to the next.
    let rho: Double
    /// The symmetric point and its standard deviation, given the rate.
    let mean: Double
    let sd: Double
    /// The variance of an entry of a cell that has arrived.
    let stationaryVariance: Double
    let logLikelihood: Double
  }

  /// Equally spaced in the logarithm of the rate, where the likelihood is not negligible.
  let rates: [Rate]

  /// Rates from one part in 10,000 to all of the distance between two entries.
  static let coarseRates = (0..<48).map { log(1e-4) + (log(8.0) - log(1e-4)) * Double($0) / 47 }
  private static let finePoints = 25
  /// Rates that are less likely by this factor (of e) than the best are left out.
  private static let negligible = 12.0

  /// Evaluates the likelihood first on the coarse grid, then on finer ones around its maximum until that
  /// is resolved.
  init(course: [Double], ratio: Double, noise: Double) {
    func evaluate(_ grid: [Double]) -> [Rate] {
      grid.map { Rate($0, course: course, ratio: ratio, noise: noise) }
    }
    var rates = evaluate(Self.coarseRates)
    for _ in 0..<5 {
      let best = rates.map(\.logLikelihood).max() ?? 0
      let relevant = rates.indices.filter { rates[$0].logLikelihood > best - Self.negligible }
      guard let first = relevant.first, let last = relevant.last else { break }
      let enough = relevant.count >= Self.finePoints / 3
      if enough && rates.count == Self.finePoints { break }
      let low = rates[max(first - 1, 0)].logRate
      let high = rates[min(last + 1, rates.count - 1)].logRate
      rates = evaluate(
        (0..<Self.finePoints).map {
          low + (high - low) * Double($0) / Double(Self.finePoints - 1)
        })
    }
    self.rates = rates
  }
}

extension RateLikelihood.Rate {
  /// Generalised least squares for one rate.
  ///
  /// - Parameters:
  ///   - logRate: the logarithm of the rate.
  ///   - course: the entries of the record for one cell.
  ///   - ratio: variance of the noise of the course over that of an entry.
  ///   - noise: variance of an entry, the smallest that a residual is taken for.
  init(
    _ logRate: Double, course: [Double], ratio: Double, noise: Double
  ) {
    let rate = exp(logRate)
    let rho = exp(-rate), gap = -expm1(-rate)
    // Covariance of y' - rho y in units of the noise of an entry: q + 1 + rho² on the diagonal, -rho
    // beside it. The recursion whitens the data and the regressor (1 - rho) together.
    let diagonal = ratio + 1 + rho * rho
    let origin = course[0]
    var (pivot, data, regressor) = (diagonal, 0.0, 0.0)
    var (uu, ug, gg, logDeterminant) = (0.0, 0.0, 0.0, 0.0)
    for step in 1..<course.count {
      let carry = step == 1 ? 0 : rho / pivot
      if step > 1 { pivot = diagonal - rho * rho / pivot }
      data = course[step] - origin - rho * (course[step - 1] - origin) + carry * data
      regressor = gap + carry * regressor
      uu += data * data / pivot
      ug += data * regressor / pivot
      gg += regressor * regressor / pivot
      logDeterminant += log(pivot)
    }
    let freedom = Double(course.count - 2)
    // Half a degree of freedom of the array's own noise keeps a residual of 0 from being believed.
    let residual = max(uu - ug * ug / gg, 0) + 0.5 * noise
    let variance = residual / freedom
    self.logRate = logRate
    self.rho = rho
    mean = origin + ug / gg
    // The normal stands in for Student's t with the variance that the latter has.
    let tails = freedom > 2 ? freedom / (freedom - 2) : 3
    sd = (variance * tails / gg).squareRoot()
    stationaryVariance = variance * (ratio / -expm1(-2 * rate) + 1)
    logLikelihood = -0.5 * (freedom * log(residual) + logDeterminant + log(gg))
  }
}
