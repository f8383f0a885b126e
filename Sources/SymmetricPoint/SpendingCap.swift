import DeviceContract
public import PhysicalUnits
public import PulseLedger

/// What a search keeps to, whatever it finds: it ends before it spends more.
///
/// Nil is no cap. What a search will cost is known in expectation; the worst that could be is many times as much, and
/// no budget would allow it. With a cap the worst case is the cap.
public struct SpendingCap: Sendable, Hashable {
  /// Pulses of all cells together.
  public var pulses: Int?
  /// Energy dissipated in the cells.
  public var energy: Joules?
  /// Time on the device, without the link.
  public var time: Seconds?
  /// Half-select exposures of any one cell.
  public var exposuresPerCell: Int?

  /// Caps nothing.
  public init() {}

  /// A quote with a worst case that is no worse than this.
  public func bounding(_ quote: PulseQuote) -> PulseQuote {
    var quote = quote
    if let pulses, quote.pulses.all > pulses {
      let all = quote.pulses.all
      quote.pulses = PulseTotals(up: (pulses + 1) / 2, down: pulses / 2)
      quote.perCell = min(quote.perCell, pulses)
      for (cause, count) in quote.causes {
        quote.causes[cause] = Int((Double(count) / Double(all) * Double(pulses)).rounded(.up))
      }
      if quote.causes.count == 1, let cause = quote.causes.keys.first {
        quote.causes[cause] = pulses
      }
    }
    if let energy { quote.mostEnergy = min(quote.mostEnergy, energy) }
    if let time { quote.mostTime = min(quote.mostTime, time) }
    if let exposuresPerCell {
      quote.mostExposuresPerCell = min(quote.mostExposuresPerCell, exposuresPerCell)
    }
    return quote
  }
}
