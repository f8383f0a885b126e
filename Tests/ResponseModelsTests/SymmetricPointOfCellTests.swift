import Foundation
import ReproducibleNoise
import ResponseModels
import Testing

@Suite struct SymmetricPointOfCellTests {
  /// At the symmetric point both mean steps are equal, for cells of every kind that has one.
  @Test(arguments: ResponseKind.allCases)
  func stepsAreEqualThere(kind: ResponseKind) throws {
    var model = DeviceModel(kind)
    (model.dwMin, model.wMax, model.wMin) = (0.01, 1, -0.8)
    (model.upDown, model.upDownDtod) = (0.1, 0.05)
    (model.gammaUp, model.gammaDown) = (0.6, 0.7)
    if kind == .softBounds || kind == .softBoundsPmax { (model.gammaUp, model.gammaDown) = (1, 1) }
    (model.expA, model.expB, model.expGammaUp, model.expGammaDown) = (1, 0, 2, 2.5)
    (model.expAUp, model.expADown) = (0.4, 0.4)
    (model.powGamma, model.powUpDown, model.referenceStd) = (1.5, 0.1, 0.1)
    model.piecewiseUp = [1.5, 1.2, 0.9, 0.2]
    model.piecewiseDown = [0.1, 0.7, 1.1, 1.6]
    let cells = model.sampleCells(rows: 20, columns: 20, seed: 3).cells
    var inside = 0
    for cell in cells {
      guard let point = model.symmetricPoint(of: cell) else { continue }
      let state = point + cell.reference
      // A crossing beyond a bound is reported at the bound.
      if state <= cell.minBound || state >= cell.maxBound { continue }
      inside += 1
      let up = model.step(.up, at: point, of: cell), down = model.step(.down, at: point, of: cell)
      #expect(abs(up - down) < 1e-7 * (up + down) + 1e-12)
    }
    #expect(kind == .constantStep ? inside == 0 : inside > 350, "\(inside) of 400")
  }

  /// Closed forms of the published devices without spread.
  @Test(arguments: [
    ("reram-es", -0.21723), ("reram-sb", 0), ("reram-om", 0), ("capacitor", 0), ("ecram", 0),
    ("pcm", 0.50005),
  ])
  func ofTheMeanDevice(preset: String, point: Double) throws {
    let model = try Preset.named(preset).model
    let found = try #require(model.symmetricPoint(of: model.meanCell))
    #expect(abs(found - point) < 2e-5)
  }

  @Test(arguments: [
    ("reram-es", 0.0019914, 1004.0), ("reram-sb", 0.002, 1000), ("reram-om", 0.0949, 21),
    ("reram-hfo2", 0.4622, 4.3), ("capacitor", 0.005, 400), ("ecram", 0.002, 1000),
    ("ecram-mo", 0.00028214, 7089), ("idealized", 0.0002, 10000), ("gokmen-vlasov", 0.0016, 1250),
    ("pcm", 0.03235, 62), ("low-noise", 0.001, 2000),
  ])
  func granularityAndStates(preset: String, granularity: Double, states: Double) throws {
    let model = try Preset.named(preset).model
    #expect(abs(model.granularity / granularity - 1) < 2e-4)
    #expect(abs(model.states / states - 1) < 0.02)
  }

  /// Mean and standard deviation of the symmetric points over 128 x 128 cells, against those that the
  /// reference implementation drew with other random numbers.
  ///
  /// Both are samples of 16,384: the difference of two means has a standard error of 0.011 standard
  /// deviations, that of two standard deviations of normal numbers 0.8 %, more with the heavy tails of
  /// ratios of normals. Tolerances are 5 standard errors for the mean (false alarm 6e-7) and 5 % (25 % for
  /// reram-sb, whose narrow spread comes from ratios by bounds near 0).
  @Test(arguments: [
    ("reram-es", -0.2036, 0.1344, 0.05), ("reram-sb", 0.0003, 0.0171, 0.25),
    ("reram-om", -0.0004, 0.0502, 0.05), ("reram-hfo2", -0.0004, 0.0502, 0.05),
    ("capacitor", 0.004, 0.764, 0.05), ("ecram", 0.0006, 0.0295, 0.05),
    ("ecram-mo", 0.0003, 0.0167, 0.05), ("pcm", 0.5005, 0.0553, 0.05),
    ("low-noise", 0.2, 0.3, 0.05),
  ])
  func spreadOverAnArray(
    preset: String, mean: Double, deviation: Double, tolerance: Double
  ) throws {
    let model = try Preset.named(preset).model
    print("seed 17")
    let points = model.sampleCells(rows: 128, columns: 128, seed: 17).cells.compactMap {
      model.symmetricPoint(of: $0)
    }
    #expect(points.count > 16_000)
    let count = Double(points.count)
    let found = points.reduce(0, +) / count
    let spread = (points.reduce(0) { $0 + ($1 - found) * ($1 - found) } / count).squareRoot()
    #expect(abs(found - mean) < 5 * 0.011 * deviation, "mean \(found)")
    #expect(abs(spread / deviation - 1) < tolerance, "standard deviation \(spread)")
  }

  @Test(arguments: ["idealized", "gokmen-vlasov"])
  func constantStepsHaveNone(preset: String) throws {
    let model = try Preset.named(preset).model
    let cells = model.sampleCells(rows: 8, columns: 8, seed: 1).cells
    #expect(cells.allSatisfy { model.symmetricPoint(of: $0) == nil })
  }

  @Test func stuckCellsHaveNone() {
    var model = DeviceModel(.softBounds)
    model.corruptDevicesProb = 0.5
    let cells = model.sampleCells(rows: 40, columns: 40, seed: 1).cells
    let stuck = cells.filter(\.isStuck)
    // 1,600 cells: the share has a standard error of 1.25 %; 5 of them (false alarm 6e-7).
    #expect(abs(Double(stuck.count) / 1600 - 0.5) < 0.0625)
    #expect(stuck.allSatisfy { model.symmetricPoint(of: $0) == nil && $0.minBound == $0.maxBound })
    #expect(stuck.allSatisfy { abs($0.minBound) <= 0.1 })
  }

  @Test func cellsDoNotDependOnTheSizeOfTheArray() throws {
    let model = try Preset.named("reram-om").model
    let small = model.sampleCells(rows: 3, columns: 4, seed: 9)
    let large = model.sampleCells(rows: 10, columns: 11, seed: 9)
    #expect(small.cells[2 * 4 + 3] == large.cells[2 * 11 + 3])
    #expect(
      model.sampleCells(rows: 3, columns: 4, tile: 1, seed: 9).cells[0] != small.cells[0])
  }

  /// SoftBoundsPmax: bounds and step follow from the pulses over the range by the published formulas,
  /// here for 1,000 pulses with a decrease of 0.0005 over [-1, 1], worked out by hand.
  @Test func derivedParametersOfPmax() {
    let model = DeviceModel(.softBoundsPmax).resolved
    // B = 2 / (1 - exp(-0.5)) = 5.08298816
    #expect(abs(model.wMax - 4.08298816) < 1e-7 && model.wMin == -1)
    #expect(abs(model.dwMin - 0.00254149408) < 1e-10)
    #expect(abs(model.upDown - (1 - 2 / 5.08298816)) < 1e-7)
  }
}
