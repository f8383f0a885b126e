import Foundation
import ReproducibleNoise

extension DeviceModel {
  /// The device without any spread.
  public var meanCell: Cell {
    var model = self
    model.corruptDevicesProb = 0
    var source = NoSpread()
    return model.resolved.sampled(from: &source)
  }

  /// Draws the hidden parameters of the cells of an array, row-major.
  ///
  /// The parameters of a cell depend on the seed and on the cell's place alone, and not on the size of
  /// the array.
  public func sampleCells(rows: Int, columns: Int, tile: Int = 0, seed: UInt64) -> CellParameters {
    CellParameters(
      rows: rows, columns: columns,
      cells: (0..<rows).flatMap { sampleRow($0, columns: columns, tile: tile, seed: seed) })
  }

  /// Draws the hidden parameters of the cells of one row; see ``sampleCells(rows:columns:tile:seed:)``.
  public func sampleRow(_ row: Int, columns: Int, tile: Int = 0, seed: UInt64) -> [Cell] {
    let model = resolved
    return (0..<columns).map { column in
      let place = UInt64(tile) << 48 | UInt64(row) << 24 | UInt64(column)
      var random = RandomStream(seed: seed, stream: place)
      return model.sampled(from: &random, isPerfect: perfectBias && column == columns - 1)
    }
  }

  private func makePerfect(_ cell: inout Cell) {
    (cell.dwminUp, cell.dwminDown) = (dwMin, dwMin)
    (cell.maxBound, cell.minBound) = (100 * cell.maxBound, 100 * cell.minBound)
  }

  /// One cell; the order of the draws is part of what a seed means.
  private func sampled(
    from random: inout some GaussianSource, isPerfect: Bool = false
  ) -> Cell {
    var cell = Cell()
    cell.maxBound = wMax * (1 + wMaxDtod * random.gaussian())
    cell.minBound = wMin * (1 + wMinDtod * random.gaussian())
    let spread = dwMinDtod * random.gaussian()
    let gain = dwMinDtodLogNormal ? exp(spread) : 1 + spread
    let balance = upDownDtod * random.gaussian()
    cell.dwminUp = dwMin * (gain + balance + min(upDown, 0))
    cell.dwminDown = dwMin * (gain - balance - max(upDown, 0))
    if enforceConsistency {
      (cell.dwminUp, cell.dwminDown) = (abs(cell.dwminUp), abs(cell.dwminDown))
      if cell.minBound > cell.maxBound {
        (cell.minBound, cell.maxBound) = (cell.maxBound, cell.minBound)
      }
      (cell.minBound, cell.maxBound) = (-abs(cell.minBound), abs(cell.maxBound))
    } else if cell.minBound > cell.maxBound {
      let middle = (cell.minBound + cell.maxBound) / 2
      (cell.minBound, cell.maxBound) = (middle, middle)
    }
    if random.uniform() < corruptDevicesProb {
      let stuckAt = random.uniform(
        max(cell.minBound, -corruptDevicesRange), min(cell.maxBound, corruptDevicesRange))
      (cell.minBound, cell.maxBound) = (stuckAt, stuckAt)
      (cell.dwminUp, cell.dwminDown) = (0, 0)
    }
    cell.diffusionRate = abs(diffusion * (1 + diffusionDtod * random.gaussian()))
    cell.resetBias = reset + resetDtod * random.gaussian()
    if lifetime > 0 {
      let time = lifetime * (1 + lifetimeDtod * random.gaussian())
      cell.decayScale = time <= 1 ? 0 : 1 - 1 / time
    }
    cell.driftNu = driftNu == 0 ? 0 : driftNu * (1 + driftNuDtod * random.gaussian())
    // Before the response, whose slopes follow from steps and bounds.
    if isPerfect { makePerfect(&cell) }
    sampleResponse(&cell, gaussian: &random)
    return cell
  }

  /// The parameters that the kind of response adds.
  private func sampleResponse(_ cell: inout Cell, gaussian random: inout some GaussianSource) {
    switch kind {
    case .constantStep, .expStep, .piecewiseStep: break
    case .linearStep, .softBounds, .softBoundsPmax:
      (cell.slopeUp, cell.slopeDown) = LinearResponse.slopes(
        of: cell, model: self, random: &random)
    case .softBoundsReference:
      cell.minBound /= abs(1 + slopeDownDtod * random.gaussian())
      cell.maxBound /= abs(1 + slopeUpDtod * random.gaussian())
      sampleReference(&cell, gaussian: &random)
    case .powStep, .powStepReference:
      let gain = 1 + powGammaDtod * random.gaussian()
      let balance = powUpDownDtod * random.gaussian()
      // An exponent of 0 or less, which a wide spread can draw, would make a step that never ends.
      cell.gammaUp = max(1e-3, powGamma * (gain + balance + min(powUpDown, 0)))
      cell.gammaDown = max(1e-3, powGamma * (gain - balance - max(powUpDown, 0)))
      if kind == .powStepReference { sampleReference(&cell, gaussian: &random) }
    }
  }

  private func sampleReference(_ cell: inout Cell, gaussian random: inout some GaussianSource) {
    var reference = referenceMean + referenceStd * random.gaussian()
    if subtractSymmetryPoint, let point = symmetricPoint(of: cell) {
      reference += point
      cell.resetBias += point
    }
    cell.reference = reference
  }
}
