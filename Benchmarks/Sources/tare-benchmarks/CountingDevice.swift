import DeviceContract
import PhysicalUnits

/// A device that does nothing but count, so that making a large ledger takes no simulator's time.
actor CountingDevice: PulseDevice {
  nonisolated let capabilities: Capabilities
  private var counts: CellCounts
  private var pulses = PulseTotals()

  /// A device like another one.
  init(like other: Capabilities) {
    var capabilities = other
    (capabilities.tiles, capabilities.counterDurability) = (1, .volatile)
    self.capabilities = capabilities
    counts = CellCounts(cells: other.rows * other.columns)
  }

  func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt {
    let cell =
      train.region.rows.lowerBound.index * capabilities.columns
      + train.region.columns.lowerBound.index
    guard train.region.count == 1, case .uniform(let polarity, let count) = train.pattern else {
      throw .refused("this device counts pulses of single cells")
    }
    if polarity == .up {
      counts.up[cell] += UInt32(count)
    } else {
      counts.down[cell] += UInt32(count)
    }
    pulses += train.totals
    return Receipt(
      fired: train.totals, shape: train.shape, duration: train.duration,
      energy: Joules(1.25e-12), clock: Seconds(Double(pulses.all) * 1e-6), odometer: pulses)
  }

  func read(_ request: ReadRequest) throws(DeviceError) -> Reading {
    throw .refused("this device reads nothing")
  }

  func odometer(of region: CellRegion) throws(DeviceError) -> CellCounts {
    guard region == capabilities.whole() else { throw .refused("all of the array, or nothing") }
    return counts
  }

  func park() {}
}
