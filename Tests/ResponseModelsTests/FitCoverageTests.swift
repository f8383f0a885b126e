import Foundation
import ResponseModels
import Testing

/// Curves drawn from every kind of device at several noise levels, and whether the intervals hold what
/// they were drawn with.
@Suite struct FitCoverageTests {
  /// A device of each kind that a fit can describe, with the shape that describes it.
  private static func device(_ kind: ResponseKind) -> (model: DeviceModel, shape: ResponseShape) {
    var model = DeviceModel(kind)
    (model.dwMin, model.wMax, model.wMin, model.upDown) = (0.012, 1.1, -0.9, 0.1)
    switch kind {
    case .linearStep:
      (model.gammaUp, model.gammaDown) = (0.7, 0.8)
      return (model, .linear)
    case .expStep:
      (model.expA, model.expB) = (1, 0)
      (model.expAUp, model.expADown) = (0.35, 0.3)
      (model.expGammaUp, model.expGammaDown) = (1.2, 1.4)
      return (model, .exponential)
    case .powStep:
      model.powGamma = 1.4
      return (model, .power)
    case .piecewiseStep:
      model.piecewiseUp = [1.5, 1.2, 0.9, 0.6, 0.2]
      model.piecewiseDown = [0.2, 0.7, 0.9, 1.3, 1.5]
      return (model, .piecewise)
    default: return (model, .linear)
    }
  }

  /// Ten seeds each of five kinds of device and two noise levels.
  ///
  /// The whole pipeline was measured to cover at 0.93 to 1.00, single shapes at 0.93 to 0.98, and in the
  /// worst case at 0.89. At 0.89, 5 or fewer of 10 have a probability of 2e-3 and 76 or fewer of 100
  /// one of 3e-4; the mean of the latter and not of each case is what is asserted sharply.
  @Test func intervalsHoldTheTruth() {
    let seeds = UInt64(3000)..<3010
    print("seeds \(seeds)")
    var hits: [String: (held: Int, asked: Int)] = [:]
    func ask(_ quantity: String, _ held: Bool) {
      hits[quantity, default: (0, 0)].asked += 1
      hits[quantity, default: (0, 0)].held += held ? 1 : 0
    }
    let kinds: [ResponseKind] = [.softBounds, .linearStep, .expStep, .powStep, .piecewiseStep]
    for kind in kinds {
      let (model, shape) = Self.device(kind)
      let cell = model.meanCell
      let curves = FitCurves(
        up: { model.step(.up, at: $0, of: cell) }, down: { model.step(.down, at: $0, of: cell) })
      let point = model.symmetricPoint(of: cell) ?? .nan
      let granularity =
        (model.step(.up, at: 0, of: cell) + model.step(.down, at: 0, of: cell)) / 2
      for (stepNoise, noise) in [(0.004, 0.006), (0.012, 0.04)] {
        for seed in seeds {
          let curve = curves.draw(160, stepNoise: stepNoise, noise: noise, seed: seed)
          let fit = ResponseFitter(replicates: 40, seed: seed, shapes: [shape]).fit(curve)
          let name = "\(kind.rawValue) \(noise)"
          // A named lack of data claims nothing, and so is not wrong; it is counted apart.
          let outcomes = [
            (fit.symmetricPoint, point), (fit.granularity, granularity),
            (fit.stepNoise, stepNoise), (fit.observationNoise, noise),
          ]
          for (quantity, outcome) in zip(["point", "granularity", "step", "read"], outcomes) {
            guard let estimate = outcome.0.estimate else {
              ask("unclaimed", quantity == "point")
              continue
            }
            ask(quantity, estimate.contains(outcome.1))
            ask(name, estimate.contains(outcome.1))
          }
          for (parameter, truth) in Self.parameters(model, cell, shape) {
            if let found = fit.chosen?.parameters.first(where: { $0.name == parameter }) {
              ask("parameters", found.estimate.contains(truth))
            }
          }
        }
      }
    }
    for quantity in ["point", "granularity", "step", "read", "parameters"] {
      let (held, asked) = hits[quantity] ?? (0, 0)
      let share = Double(held) / Double(asked)
      #expect(asked > 60 && share > 0.77, "\(quantity): \(held) of \(asked)")
    }
    for (name, count) in hits where name != "unclaimed" {
      #expect(Double(count.held) / Double(count.asked) > 0.7, "\(name): \(count)")
    }
  }

  /// The parameters of the fit's form that a device of closed form has.
  private static func parameters(
    _ model: DeviceModel, _ cell: Cell, _ shape: ResponseShape
  ) -> [(String, Double)] {
    switch shape {
    case .linear:
      [
        ("aUp", cell.dwminUp), ("sUp", -cell.slopeUp), ("aDown", cell.dwminDown),
        ("sDown", cell.slopeDown),
      ]
    case .exponential:
      [
        ("c0Up", cell.dwminUp), ("c1Up", cell.dwminUp * model.expAUp),
        ("c2Up", model.expGammaUp * 2 * model.expA / (cell.maxBound - cell.minBound)),
        ("c0Down", cell.dwminDown), ("c1Down", cell.dwminDown * model.expADown),
        ("c2Down", model.expGammaDown * 2 * model.expA / (cell.maxBound - cell.minBound)),
      ]
    case .power:
      [
        ("bUp", cell.maxBound), ("gUp", cell.gammaUp), ("bDown", cell.minBound),
        ("gDown", cell.gammaDown),
      ]
    case .piecewise: []
    }
  }
}
