import Foundation
import ReproducibleNoise

/// How well the data determine the size of the step noise against the observation noise.
///
/// The restricted likelihood, maximised over everything else, as a function of the gain. On noisy
/// curves it is wide and skew, and may reach its maximum at a gain of 0. Replicates simulated with
/// the best gain alone would scatter too little whenever it came out too small, so each replicate
/// takes a gain and a scale drawn from here, as from a posterior with a flat prior of the gain.
struct NoiseProfile {
  /// The gains, ascending.
  private var gains: [Double] = []
  /// At each gain, the noise parameters of the fit, the gain first.
  private var noises: [[Double]] = []
  /// At each gain, the variance that the noise ratios are relative to.
  private var scales: [Double] = []
  /// The probability of the gains up to each.
  private var cumulative: [Double] = []
  /// Degrees of freedom of the scale.
  private let freedom: Double
  private let best: (noise: [Double], scale: Double)
  /// Whether the data are compatible with no step noise at all (at 95 %).
  private(set) var admitsNoStepNoise = false
  /// Whether the data are compatible with no observation noise at all (at 95 %).
  private(set) var admitsNoObservationNoise = false

  /// 95 % of chi squared with one degree of freedom.
  private static let limit = 3.84

  /// Computes the profile of a fit.
  init(_ model: FittedModel, _ search: ModelSearch) {
    let noiseStart = model.layout.noiseStart
    best = (Array(model.parameters[noiseStart...]), model.scale)
    freedom = Double(max(1, search.count - model.layout.noiseStart))
    guard let restriction = model.restriction else {
      // The data are exact: there is nothing to draw.
      admitsNoStepNoise = true
      admitsNoObservationNoise = true
      return
    }
    let objective = FitObjective(
      model.layout, search.series, roughness: search.roughness, restriction: restriction)
    var solver = search.solver(iterations: 20, tolerance: 1e-6)
    let smallest = 1 / Double(max(2, search.count))
    let floor = log(smallest)
    let ceiling = log(1 + smallest)
    /// Twice the loss of log-likelihood at a gain, given in logarithmic measure, and the scale
    /// there.
    func evaluate(_ argument: Double) -> (deviance: Double, noise: [Double], scale: Double) {
      let gain = min(max(exp(argument) - smallest, 0), 1)
      solver.heldGain = gain
      var start = model.parameters
      start[model.layout.noiseStart] = gain
      let solution = solver.minimise(objective, from: start)
      return (
        freedom * log(solution.sum), Array(solution.parameters[noiseStart...]),
        objective.scale(solution.parameters)
      )
    }
    // Coarse, to find where the likelihood lives; then fine between.
    let coarse = Self.grid(floor, ceiling, 16).map { ($0, evaluate($0)) }
    let centre = log(best.noise[0] + smallest)
    let peak = min(evaluate(centre).deviance, coarse.map(\.1.deviance).min() ?? .infinity)
    let near = coarse.filter { $0.1.deviance < peak + 12 }.map(\.0) + [centre]
    let width = (ceiling - floor) / 15
    let fine = Self.grid(
      max(floor, (near.min() ?? floor) - width), min(ceiling, (near.max() ?? ceiling) + width), 25
    ).map { evaluate($0) }
    let top = min(peak, fine.map(\.deviance).min() ?? peak)
    noises = fine.map(\.noise)
    gains = noises.map { $0[0] }
    scales = fine.map(\.scale)
    admitsNoStepNoise = (coarse.first?.1.deviance ?? 0) < top + Self.limit
    admitsNoObservationNoise = (coarse.last?.1.deviance ?? 0) < top + Self.limit
    var sum = 0.0
    cumulative = [0]
    for index in 1..<fine.count {
      let densities = [fine[index - 1], fine[index]].map { exp(-0.5 * ($0.deviance - top)) }
      sum += 0.5 * (densities[0] + densities[1]) * (gains[index] - gains[index - 1])
      cumulative.append(sum)
    }
  }

  private static func grid(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
  }

  /// Draws noise parameters and a scale.
  func draw(_ random: inout RandomStream) -> (noise: [Double], scale: Double) {
    let total = cumulative.last ?? 0
    let level = random.uniform() * total
    // Wilson and Hilferty's cube-root approximation of chi squared.
    let spread = 2 / (9 * freedom)
    let root = 1 - spread + random.gaussian() * spread.squareRoot()
    let factor = 1 / max(root * root * root, 0.05)
    guard total > 0, let upper = cumulative.firstIndex(where: { $0 >= level }) else {
      return (best.noise, best.scale * (gains.isEmpty ? 1 : factor))
    }
    let index = max(1, upper)
    let step = cumulative[index] - cumulative[index - 1]
    let share = step > 0 ? (level - cumulative[index - 1]) / step : 0
    let mix = { (low: Double, high: Double) in low + share * (high - low) }
    return (
      zip(noises[index - 1], noises[index]).map(mix),
      mix(scales[index - 1], scales[index]) * factor
    )
  }
}
