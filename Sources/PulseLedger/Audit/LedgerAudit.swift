public import DeviceContract
import Foundation

/// What an auditor wants to know of a ledger: whether it balances, and what has been spent on which cell.
public struct LedgerAudit: Sendable {
  /// One thing that must hold.
  public struct Check: Sendable, Hashable, Codable {
    /// What must hold, such as "every intent has an outcome".
    public var name: String
    /// Whether it does.
    public var holds: Bool
    /// The figures behind it.
    public var detail: String
  }

  /// Sums under a heading.
  public struct Line: Sendable, Hashable {
    /// The heading, such as a cause or a day.
    public var name: String
    /// The sums.
    public var sums: PulseSums
  }

  /// Pulses of one shape.
  public struct ShapeLine: Sendable, Hashable {
    /// The shape.
    public var shape: PulseShape
    /// Why they were fired.
    public var cause: Cause
    /// Pulses that were surely fired.
    public var fired: PulseTotals
  }

  /// What one cell has seen.
  public struct Cell: Sendable, Hashable, Codable {
    /// The cell.
    public var tile: Int, row: Int, column: Int
    /// Pulses that were surely fired.
    public var up: Int, down: Int
    /// Pulses of other hosts that an operator adopted.
    public var adopted: Int
    /// Pulses that may have been fired besides.
    public var uncertain: Int
    /// Half-select exposures.
    public var exposures: Int

    /// All that counts as wear.
    public var pulses: Int { up + down + adopted + uncertain }
  }

  /// A train that is not known for sure.
  public struct UncertainTrain: Sendable, Hashable, Codable {
    /// The record of its outcome.
    public var record: Int
    /// Its number.
    public var number: UInt64
    /// Its cells.
    public var region: String
    /// Pulses that were surely fired, and that may have been fired besides.
    public var fired: Int, uncertain: Int
    /// Why.
    public var explanation: String
  }

  /// A train that was refused.
  public struct Refusal: Sendable, Hashable, Codable {
    /// The record.
    public var record: Int
    /// When, in UTC.
    public var time: String
    /// Why it would have been fired.
    public var cause: Cause
    /// Its cells.
    public var region: String
    /// Pulses that were asked for.
    public var asked: PulseTotals
    /// Which limit, who set it, the number asked and the number left.
    public var explanation: String
  }

  /// Something in the ledger that a person should read.
  public struct Note: Sendable, Hashable, Codable {
    /// The record.
    public var record: Int
    /// When, in UTC.
    public var time: String
    /// What.
    public var text: String
  }

  /// The file.
  public var path: String
  /// What the ledger is about.
  public var genesis: LedgerEntry.Genesis
  /// The devices that it was connected to.
  public var devices: [DeviceIdentity]
  /// Chain, totals, signatures and seal.
  public var verification: LedgerVerification
  /// The public key that is kept with the chip, or nil.
  public var chipKey: String?
  /// When the first and the last record were written.
  public var first: LedgerTime, last: LedgerTime
  /// Everything.
  public var total: PulseSums
  /// By cause.
  public var causes: [Line]
  /// By day, in UTC.
  public var days: [Line]
  /// By shape and cause.
  public var shapes: [ShapeLine]
  /// Pulses of other hosts that an operator adopted.
  public var adopted: Int
  /// The cells with the most pulses, most first.
  public var hottest: [Cell]
  /// The cells with the most half-select exposures, most first.
  public var mostExposed: [Cell]
  /// Trains with uncertain pulses.
  public var uncertain: [UncertainTrain]
  /// Trains that were refused.
  public var refusals: [Refusal]
  /// Trains whose outcome is not known.
  public var open: [LedgerEntry.Intent]
  /// Places where the device's own counts do not follow from one train to the next.
  public var gaps: [Note]
  /// Reconciliations that did not agree, and adoptions.
  public var notes: [Note]
  /// What every cell has seen, one entry a tile.
  public var tiles: [TileCounts]
  /// What must hold, in the order in which it is told.
  public var checks: [Check]

  /// Whether all of it holds.
  public var balances: Bool { checks.allSatisfy(\.holds) }
}
