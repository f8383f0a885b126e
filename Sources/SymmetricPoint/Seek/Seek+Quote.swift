public import DeviceContract
import PhysicalUnits
public import PulseLedger

extension Seek {
  /// What it will cost: at worst all cells get the most pulses, one after the other.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    quote(cells: Array(0..<region.count), on: region, of: capabilities)
  }

  /// The same for some cells of a region, by their places in it.
  public func quote(
    cells: [Int], on region: CellRegion, of capabilities: Capabilities
  ) -> PulseQuote {
    // Cells of a row go up and down at once, which takes a slot for each.
    var counts = Array(repeating: 0, count: region.count)
    for cell in cells { counts[cell] = cell % region.columns.count % 2 == 0 ? 1 : -1 }
    let round = PulseQuote(counts: counts, of: region, scheme: scheme, on: capabilities)
    let readsPerRound = 2
    var quote = round.times(mostPulses)
    var worst = quote
    let all = quote.pulses.all
    worst.mostExposures = max(
      quote.mostExposures, capabilities.mostExposures(ofPulses: all, scheme: scheme))
    worst.mostExposuresPerCell = max(
      quote.mostExposuresPerCell,
      capabilities.mostExposures(
        ofAnyCellBy: all, perCell: mostPulses, of: region, scheme: scheme))
    // Each cell in a slot of its own, and rows read before and after every pulse.
    worst.mostTime = capabilities.nominalShape.period.seconds * Double(all)
    worst.add(
      reads: 1 + readsPerRound * min(Self.mostRounds, mostPulses * cells.count + 8), of: region,
      averages: averages, on: capabilities)
    quote.add(reads: 1 + 4 * (rereads ? 2 : 1), of: region, averages: averages, on: capabilities)
    return cap.bounding(quote.between(best: quote, worst: worst))
  }
}
