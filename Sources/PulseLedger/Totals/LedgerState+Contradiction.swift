import DeviceContract

// An entry that is on disk stays there, so trains are looked at before they are written.
extension LedgerState {
  /// What would contradict the ledger if the entries were added, or nil.
  func contradiction(in entries: [LedgerEntry]) -> String? {
    var last = current?.lastNumber ?? 0
    var trains: [UInt64: PulseTrain] = [:]
    var settled: Set<UInt64> = []
    for entry in entries {
      switch entry.content {
      case .intent(let intent):
        guard isConnected else { return "train \(intent.number) with no device connected" }
        guard intent.number == last + 1 else {
          return "train \(intent.number) where train \(last + 1) must follow"
        }
        guard holds(intent.train.region) else {
          return "train \(intent.number) reaches outside the array"
        }
        last = intent.number
        trains[intent.number] = intent.train
      case .outcome(let outcome):
        let train = trains[outcome.number] ?? open[outcome.number]?.intent.train
        guard let train, settled.insert(outcome.number).inserted else {
          return "an outcome of train \(outcome.number), which is not open"
        }
        if let problem = contradiction(of: outcome, with: train) { return problem }
      default: break
      }
    }
    return nil
  }

  /// Counts by cell against the train and against their own sum.
  func contradiction(of outcome: LedgerEntry.Outcome, with train: PulseTrain) -> String? {
    guard let cells = outcome.cells else {
      // A train that ran whole is counted when it is booked: that takes a walk over its cells.
      return outcome.status == .fired || outcome.fired.all == 0
        ? nil : "train \(outcome.number) fired \(outcome.fired.all) pulses on cells unknown"
    }
    guard cells.up.count == train.region.count, cells.down.count == cells.up.count else {
      return "counts of train \(outcome.number) for other cells"
    }
    guard cells.totals == outcome.fired else {
      return "train \(outcome.number) says it fired \(outcome.fired.all) pulses, and its cells say "
        + "\(cells.totals.all)"
    }
    return nil
  }

  /// Whether a region has cells, and all of them lie in the array.
  func holds(_ region: CellRegion) -> Bool {
    (0..<tiles).contains(region.tile.index) && region.rows.upperBound.index <= rows
      && region.columns.upperBound.index <= columns && !region.isEmpty
  }
}
