/// LinearStep, and with it ConstantStep (slope 0) and SoftBounds (slope to 0 at the cell's bound).
///
/// One up pulse moves the weight by `slopeUp w + dwminUp`, one down pulse by
/// `-(slopeDown w + dwminDown)`.
enum LinearResponse {
  static func step(_ direction: PulseDirection, at weight: Double, of cell: Cell) -> Double {
    switch direction {
    case .up: cell.slopeUp * weight + cell.dwminUp
    case .down: cell.slopeDown * weight + cell.dwminDown
    }
  }

  /// The crossing of the two lines, held between the bounds; none where they are parallel.
  static func symmetricPoint(of cell: Cell) -> Double? {
    let slope = cell.slopeDown - cell.slopeUp
    guard slope != 0 else { return nil }
    return cell.clipped((cell.dwminUp - cell.dwminDown) / slope)
  }

  /// The slopes of a cell from the relative decrease of its step at the bounds.
  static func slopes(
    of cell: Cell, model: DeviceModel, random: inout some GaussianSource
  ) -> (up: Double, down: Double) {
    var up = model.gammaUp + model.gammaUpDtod * random.gaussian()
    var down = model.gammaDown + model.gammaDownDtod * random.gaussian()
    if !model.allowIncreasing { (up, down) = (abs(up), abs(down)) }
    let maximum = model.meanBoundReference ? model.wMax : cell.maxBound
    let minimum = model.meanBoundReference ? model.wMin : cell.minBound
    let upReference = model.reverseUp ? minimum - model.reverseOffset : maximum
    let downReference = model.reverseDown ? maximum + model.reverseOffset : minimum
    return (
      upReference == 0 ? 0 : -up * cell.dwminUp / upReference,
      downReference == 0 ? 0 : -down * cell.dwminDown / downReference
    )
  }
}
