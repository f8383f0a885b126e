public import DeviceContract
import PhysicalUnits
public import PulseLedger

extension BracketAudit {
  /// What it will cost at most: each cell fails once, and comes to its places with all the pulses that it may take.
  ///
  /// - Parameter cells: the cells that are asked, wherever they are.
  public func quote(
    cells: Int, on region: CellRegion, of capabilities: Capabilities
  ) -> PulseQuote {
    let one = capabilities.train(
      .alternating(pairs: mostPulses / 2), over: region.cell(at: 0), scheme: scheme)
    var quote = PulseQuote(one, on: capabilities)
    let all = mostPulses * cells
    quote.perCell = mostPulses
    quote.pulses = PulseTotals(up: mostPulses / 2 * cells, down: mostPulses / 2 * cells)
    quote.causes = [.calibrate: quote.pulses.all]
    quote.pulsesEveryCell = cells == region.count
    quote.exposures = capabilities.mostExposures(ofPulses: all, scheme: scheme)
    (quote.leastExposures, quote.mostExposures) = (0, quote.exposures)
    quote.mostExposuresPerCell = capabilities.mostExposures(
      ofAnyCellBy: all, perCell: mostPulses, of: region, scheme: scheme)
    let count = Double(cells)
    (quote.leastEnergy, quote.expectedEnergy, quote.mostEnergy) = (
      quote.leastEnergy * count, quote.expectedEnergy * count, quote.mostEnergy * count
    )
    // Pairs of each cell in slots of its own; on the way to a place all of a row wait for the last one.
    let waits = min(cells, 2 * region.rows.count * min(mostMoves, region.columns.count))
    let isByCell = !capabilities.trainKinds.contains(.counts)
    let moves = 4 * moving
    let slots = (mostPulses - moves) * cells + moves * (isByCell ? cells : waits)
    quote.time = capabilities.nominalShape.period.seconds * Double(slots)
    (quote.leastTime, quote.mostTime) = (quote.time, quote.time)
    quote.add(reads: mostReads, of: region, averages: averages, on: capabilities)
    return quote
  }
}
