import DeviceContract
import PhysicalUnits

extension PulseBooks {
  /// Holds the worst case of a quote against every limit in force.
  func verdicts(on quote: PulseQuote, over region: CellRegion) throws(DeviceError) -> [LimitVerdict]
  {
    try capabilities.check(region)
    if let misfit { throw misfit }
    let tile = region.tile.index
    let pulses = Double(quote.pulses.all)
    var verdicts: [LimitVerdict] = []
    let add = {
      (bound: LimitBound?, asked: Double, spent: @autoclosure () -> Double, subject: String) in
      guard let bound else { return }
      verdicts.append(LimitVerdict(bound, asks: asked, spent: spent(), of: subject))
    }
    for (bound, inLife) in [(limits.perCell, false), (limits.life, true)] where bound != nil {
      let most = tallies[tile].highest(
        after: .same(up: UInt32(clamping: quote.perCell), down: 0), of: region, inLife: inLife)
      add(bound, Double(quote.perCell), Double(most.spent), place(of: most.cell, tile: tile))
    }
    add(limits.perArray, pulses, Double(arraySpent[tile]), "tile \(tile)")
    add(limits.perCampaign, pulses, Double(arraySpent.reduce(0, +)), "all cells")
    for (cause, bound) in limits.perCause.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      add(
        bound, Double(quote.causes[cause] ?? 0), Double(causeSpent[cause] ?? 0),
        "the cause \(cause.rawValue)")
    }
    add(limits.energy, quote.mostEnergy.value, energySpent.value, "all cells at worst")
    add(limits.time, quote.mostTime.value, timeSpent.value, "the device, without the link")
    if limits.exposures != nil {
      let felt = tallies[tile].exposures.mostFelt(around: region, schemes: quote.schemes)
      add(
        limits.exposures, Double(quote.mostExposuresPerCell), Double(felt.count),
        place(of: felt.cell, tile: tile))
    }
    verdicts += envelope(of: quote)
    verdicts += protected(quote, region)
    if let authority = limits.formingForbiddenBy, authority != "default" {
      let bound = LimitBound(
        name: "pulses of forming, which is not allowed", unit: "pulses", value: 0,
        setBy: authority)
      verdicts.append(
        LimitVerdict(bound, asks: Double(quote.causes[.form] ?? 0), of: "the cause form"))
    }
    return verdicts
  }

  /// Refuses a quote that does not fit.
  func check(_ quote: PulseQuote, over region: CellRegion) throws(DeviceError) {
    let verdicts = try verdicts(on: quote, over: region)
    if quote.causes[.form] ?? 0 > 0, let authority = limits.formingForbiddenBy {
      throw Self.formingRefusal(authority, region)
    }
    for verdict in verdicts where !verdict.fits { throw verdict.refusal(of: "this plan") }
  }

  /// The worst of all shapes against each limit.
  private func envelope(of quote: PulseQuote) -> [LimitVerdict] {
    var worst: [LimitVerdict] = []
    for shape in quote.shapes {
      for (place, verdict) in limits.envelope(shape, shape).enumerated() {
        if worst.count <= place {
          worst.append(verdict)
        } else if !verdict.fits || worst[place].fits && verdict.asked ?? 0 > worst[place].asked ?? 0
        {
          worst[place] = verdict
        }
      }
    }
    return worst
  }

  private func protected(_ quote: PulseQuote, _ region: CellRegion) -> [LimitVerdict] {
    limits.protected.map { cells in
      // The quote does not say which cells get its pulses; the train that pulses a protected one will.
      let isTouched = region.intersection(cells.region) != nil && quote.pulsesEveryCell
      let bound = LimitBound(
        name: "pulses of the protected cells (\(cells.region))", unit: "pulses", value: 0,
        setBy: cells.setBy)
      return LimitVerdict(
        bound, asks: isTouched ? Double(quote.perCell) : 0, of: "each of them")
    }
  }
}
