import DeviceContract
public import PhysicalUnits
import PulseLedger

/// What a campaign costs in one case.
public struct CalibrationCost: Sendable, Hashable {
  /// Pulses of a cell.
  public var pulsesPerCell: Int
  /// Pulses of both polarities over all cells.
  public var pulses: Int
  /// Reads of the whole region.
  public var reads: Int
  /// Half-select exposures over all cells of the tile.
  public var exposures: Int
  /// Time on the device, without the link.
  public var time: Seconds
  /// Energy dissipated in the cells.
  public var energy: Joules

  /// Puts a case together.
  public init(
    pulsesPerCell: Int, pulses: Int, reads: Int, exposures: Int, time: Seconds, energy: Joules
  ) {
    (self.pulsesPerCell, self.pulses, self.reads) = (pulsesPerCell, pulses, reads)
    (self.exposures, self.time, self.energy) = (exposures, time, energy)
  }
}

extension CalibrationCost {
  /// One case of a quote; only the energy differs.
  init(_ quote: PulseQuote, reads: Int, energy: KeyPath<PulseQuote, Joules>) {
    pulsesPerCell = quote.perCell
    pulses = quote.pulses.all
    self.reads = reads
    (exposures, time) = (quote.exposures, quote.time)
    self.energy = quote[keyPath: energy]
  }

  /// The worst case of a quote.
  init(worstOf quote: PulseQuote, reads: Int) {
    pulsesPerCell = quote.perCell
    pulses = quote.pulses.all
    self.reads = reads
    (exposures, time, energy) = (quote.mostExposures, quote.mostTime, quote.mostEnergy)
  }
}
