import DeviceContract
public import PulseLedger

/// What an auditor is told of a ledger: as text, as JSON and as a page.
public struct AuditReport: Sendable {
  /// What was found.
  public let audit: LedgerAudit
  /// Pulses that a cell is stated to survive, or nil where nobody states it.
  public let endurance: Double?
  /// The middle one of all cells' pulses; the mean of the two middle ones of an even number.
  let medianPulses: Double

  /// A report of an audit.
  ///
  /// - Parameter endurance: pulses that a cell is stated to survive; more than 0.
  public init(_ audit: LedgerAudit, endurance: Double? = nil) {
    self.audit = audit
    self.endurance = endurance.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    medianPulses = Self.median(audit.tiles.flatMap(\.pulses))
  }

  /// The first words of every form of the report.
  public var verdict: String { audit.balances ? "balances" : "DOES NOT BALANCE" }

  /// Pulses that were asked for and not fired, neither surely nor perhaps.
  public var notFired: Int {
    audit.total.commanded.all - audit.total.fired.all - audit.total.uncertain
  }

  /// What a number of pulses is of the stated endurance.
  func share(_ pulses: Double) -> Double? { endurance.map { pulses / $0 } }

  /// A share in words: "0.40 %", or "< 0.01 %".
  static func percent(_ share: Double) -> String {
    if share > 0 && share < 1e-4 { return "< 0.01 %" }
    let hundredths = Int((share * 1e4).rounded())
    let fraction = hundredths % 100
    return NumberText.thousands(hundredths / 100) + "." + (fraction < 10 ? "0" : "")
      + "\(fraction) %"
  }

  private static func median(_ counts: [UInt32]) -> Double {
    let sorted = counts.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (Double(sorted[(sorted.count - 1) / 2]) + Double(sorted[sorted.count / 2])) / 2
  }

  /// What the ledger is about, in a line.
  var subject: String {
    let genesis = audit.genesis
    let level = genesis.level == .chip ? "chip" : "run"
    let tiles = genesis.tiles == 1 ? "" : "\(genesis.tiles) tiles of "
    return "\(level) \(genesis.name), \(tiles)\(genesis.rows) x \(genesis.columns) cells"
  }
}
