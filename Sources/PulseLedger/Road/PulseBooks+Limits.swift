import DeviceContract
import PhysicalUnits

extension PulseBooks {
  /// Holds a train against every limit, in the order of ``verdicts(on:over:)``.
  mutating func check(_ footprint: TrainFootprint) throws(DeviceError) {
    if let misfit { throw misfit }
    let train = footprint.train
    try checkForming(train)
    try checkProtected(footprint)
    try require(limits.envelope(footprint.asked, footprint.shape), "this train")
    try checkSums(footprint)
    try checkCells(footprint)
    try checkExposures(footprint)
  }

  private func require(
    _ verdicts: [LimitVerdict], _ what: String
  ) throws(DeviceError) {
    for verdict in verdicts where !verdict.fits { throw verdict.refusal(of: what) }
  }

  /// Refuses if a bound does not allow a number on top of what was spent.
  private func require(
    _ bound: LimitBound?, _ asked: Double, spent: Double, _ subject: @autoclosure () -> String
  ) throws(DeviceError) {
    guard let bound, asked != 0, !bound.allows(asked + spent) else { return }
    throw LimitVerdict(bound, asks: asked, spent: spent, of: subject()).refusal(of: "this train")
  }

  private func checkForming(_ train: PulseTrain) throws(DeviceError) {
    guard train.cause == .form else { return }
    if let authority = limits.formingForbiddenBy {
      throw Self.formingRefusal(authority, train.region)
    }
    guard armedForForming else {
      throw DeviceError(
        code: .overLimit,
        explanation:
          "forming is allowed, but this device was not armed for it: asked to form "
          + "\(train.region.count) cells (\(train.region)), left 0; nothing was fired; arm the "
          + "device by name, with outputs and compliance looked at")
    }
  }

  static func formingRefusal(_ authority: String, _ region: CellRegion) -> DeviceError {
    DeviceError(
      code: .overLimit,
      explanation:
        "forming is not allowed, set by \(authority): asked to form \(region.count) cells "
        + "(\(region)), left 0; nothing was fired; write forming = true where limits are set, "
        + "for the board and for the user, and arm the device")
  }

  /// Refuses pulses of protected cells; a count of 0 there is none.
  private func checkProtected(_ footprint: TrainFootprint) throws(DeviceError) {
    let region = footprint.train.region
    guard footprint.totals.all > 0 else { return }
    for cells in limits.protected {
      guard let common = region.intersection(cells.region) else { continue }
      var first: (row: Row, column: Column, asked: Int)?
      if let few = footprint.pulses.signedCounts?.few {
        let width = region.columns.count
        for pulsed in few where first == nil {
          let row = region.rows.lowerBound.advanced(by: pulsed.place / width)
          let column = region.columns.lowerBound.advanced(by: pulsed.place % width)
          guard common.contains(row: row, column: column) else { continue }
          first = (row, column, Int(pulsed.count.magnitude))
        }
      } else {
        for row in common.rows where first == nil {
          for column in common.columns where first == nil {
            let asked = footprint.pulses.count(region.offset(row: row, column: column))
            if asked > 0 { first = (row, column, asked) }
          }
        }
      }
      if let first {
        throw Self.protectedRefusal(
          cells, asked: first.asked,
          of: "cell (\(first.row), \(first.column)) of tile \(region.tile)")
      }
    }
  }

  static func protectedRefusal(
    _ cells: LimitSet.ProtectedCells, asked: Int, of subject: String
  ) -> DeviceError {
    DeviceError(
      code: .overLimit,
      explanation:
        "the cells \(cells.region) are protected, set by \(cells.setBy): asked "
        + "\(LimitBound.text(Double(asked), unit: "pulses")) of \(subject), left 0; nothing was "
        + "fired; leave these cells out, or give them free where they were protected")
  }

  private func checkSums(_ footprint: TrainFootprint) throws(DeviceError) {
    let asked = Double(footprint.totals.all)
    let train = footprint.train
    let tile = train.region.tile.index
    if let bound = limits.perCampaign {
      try require(bound, asked, spent: Double(arraySpent.reduce(0, +)), "all cells")
    }
    try require(limits.perArray, asked, spent: Double(arraySpent[tile]), "tile \(tile)")
    if let bound = limits.perCause[train.cause] {
      let spent = Double(causeSpent[train.cause] ?? 0)
      try require(bound, asked, spent: spent, "the cause \(train.cause.rawValue)")
    }
    let energy = footprint.mostEnergy.value
    try require(
      limits.energy, energy, spent: energySpent.value, "the cells of the train at worst")
    try require(
      limits.time, footprint.duration.value, spent: timeSpent.value, "the device, without the link")
  }

  private mutating func checkCells(_ footprint: TrainFootprint) throws(DeviceError) {
    let region = footprint.train.region
    let tile = region.tile.index
    let most = Int(UInt32.max)
    if !tallies[tile].surelyStays(below: most, after: footprint.largest, inLife: false) {
      throw .refused(
        "cells are counted up to \(most) pulses; this train would go beyond; nothing was fired")
    }
    for (bound, inLife) in [(limits.perCell, false), (limits.life, true)] {
      guard let bound else { continue }
      let limit = Int(bound.value)
      if tallies[tile].surelyStays(below: limit, after: footprint.largest, inLife: inLife) {
        continue
      }
      let highest = tallies[tile].highest(after: footprint.pulses, of: region, inLife: inLife)
      try require(
        bound, Double(highest.asked), spent: Double(highest.spent),
        place(of: highest.cell, tile: tile))
    }
  }

  private mutating func checkExposures(_ footprint: TrainFootprint) throws(DeviceError) {
    guard let bound = limits.exposures, let added = footprint.exposures else { return }
    let tile = footprint.train.region.tile.index
    if tallies[tile].exposures.surelyStays(below: Int(bound.value), after: added) { return }
    let highest = tallies[tile].exposures.highest(after: added)
    try require(
      bound, Double(highest.asked), spent: Double(highest.spent),
      place(of: highest.cell, tile: tile))
  }

  func place(of cell: Int, tile: Int) -> String {
    "cell (\(cell / capabilities.columns), \(cell % capabilities.columns)) of tile \(tile)"
  }
}

extension CellRegion {
  /// The cells of both, or nil where there is none.
  func intersection(_ other: CellRegion) -> CellRegion? {
    guard tile == other.tile, rows.overlaps(other.rows), columns.overlaps(other.columns) else {
      return nil
    }
    return CellRegion(
      tile: tile, rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }
}
