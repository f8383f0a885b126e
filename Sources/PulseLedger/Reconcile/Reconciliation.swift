public import DeviceContract

/// What the comparison of a ledger and a device found.
public struct Reconciliation: Sendable, Hashable {
  /// A train whose outcome was not known, and what was found out.
  public struct Settled: Sendable, Hashable {
    /// The number of the train.
    public var number: UInt64
    /// Its cells.
    public var region: CellRegion
    /// How it ended.
    public var status: TrainOutcome.Status
    /// Pulses that were surely fired, and that may have been fired besides.
    public var fired: Int, uncertain: Int
  }

  /// A cell whose counts differ.
  public struct Difference: Sendable, Hashable {
    /// The cell.
    public var tile: Int, row: Int, column: Int
    /// Pulses that the ledger knows of.
    public var ledger: PulseTotals
    /// Pulses that the device counts.
    public var device: PulseTotals
    /// Pulses that may have been fired besides those of the ledger.
    public var uncertain: Int
  }

  /// Why the histories do not agree.
  public enum Mismatch: Sendable, Hashable {
    /// The device has a history that no ledger here knows.
    case unknownHistory(pulses: Int, last: UInt64)
    /// The device's memory was lost or replaced.
    case otherEpoch(ledger: UInt64, device: UInt64)
    /// The device knows fewer trains than the ledger: it, or its file, was put back to an earlier state.
    case deviceIsBehind(ledger: UInt64, device: UInt64)
    /// The device has fired trains that the ledger does not hold: the ledger was put back to an earlier
    /// state, or another host used the board.
    case unknownTrains(first: UInt64, last: UInt64)
    /// The device was given another train under the number of one of the ledger.
    case otherTrain(number: UInt64)
    /// The odometer differs by more than what is uncertain.
    case counts(cells: Int, pulses: Int)
  }

  /// Trains whose outcomes were found out.
  public var settled: [Settled] = []
  /// Why the histories do not agree; empty where they do.
  public var mismatches: [Mismatch] = []
  /// The cells that differ, at most a hundred of them.
  public var differences: [Difference] = []
  /// Trains that the device fired and the ledger does not hold, as far as the device remembers them.
  public var unknownTrains: [JournaledOutcome] = []
  /// Pulses that were uncertain and that the odometer counts.
  public var confirmed = 0
  /// Whether another chip was on the board before, whose ledger accounts for what the board counts.
  public var tookOver = false
  /// Whether there was something to compare: false where the device's counters survive nothing.
  public var isCompared = true

  /// Nothing found.
  public init() {}

  /// Whether the histories agree.
  public var agrees: Bool { mismatches.isEmpty }

  /// What was found, a sentence a line.
  public var findings: [String] {
    var lines: [String] = []
    for train in settled {
      let cells = "train \(train.number) (\(train.region))"
      switch train.status {
      case .fired:
        lines.append(
          "\(cells) was cut off from its outcome: it had been fired whole, "
            + "\(train.fired) pulses.")
      case .partial:
        lines.append("\(cells) was interrupted: \(train.fired) pulses were fired, no more.")
      case .refused: lines.append("\(cells) never reached the device: nothing was fired.")
      case .uncertain:
        lines.append(
          "\(cells) was interrupted: \(train.fired) pulses were fired, and up to "
            + "\(train.uncertain) more may have been.")
      }
    }
    if confirmed > 0 {
      lines.append("The odometer counts \(confirmed) of the uncertain pulses; they are booked.")
    }
    if tookOver {
      lines.append(
        "Another chip was on this board before; its ledger accounts for what the board counts.")
    }
    if !isCompared {
      lines.append(
        "The device's counters survive no power failure: there is nothing to compare "
          + "from before this connection.")
    }
    return lines + mismatches.map(Self.sentence) + details
  }

  private var details: [String] {
    var lines = unknownTrains.prefix(10).map {
      "Unknown to the ledger: train \($0.number), \($0.fired.up) up and \($0.fired.down) down pulses."
    }
    lines += differences.prefix(10).map { cell in
      let bound = cell.uncertain > 0 ? " and up to \(cell.uncertain) more" : ""
      return "Cell (\(cell.row), \(cell.column)) of tile \(cell.tile): the ledger has "
        + "\(cell.ledger.up) up and \(cell.ledger.down) down\(bound), the device counts "
        + "\(cell.device.up) up and \(cell.device.down) down."
    }
    return lines
  }

  private static func sentence(_ mismatch: Mismatch) -> String {
    switch mismatch {
    case .unknownHistory(let pulses, let last):
      "The device has fired \(pulses) pulses in \(last) trains that no ledger here knows of."
    case .otherEpoch(let ledger, let device):
      "The device's memory was lost or replaced: its epoch is \(device), the ledger knows \(ledger)."
    case .deviceIsBehind(let ledger, let device):
      "The device has put its history back: its last train is \(device), and the ledger holds trains "
        + "fired up to \(ledger)."
    case .unknownTrains(let first, let last):
      "The device has fired trains \(first) to \(last), which the ledger does not hold: the ledger was "
        + "restored from an older copy, or another host used the board."
    case .otherTrain(let number):
      "The device was given another train under the number \(number) than the ledger holds."
    case .counts(let cells, let pulses):
      "The counts of \(cells) cells differ, by \(pulses) pulses in all."
    }
  }
}
