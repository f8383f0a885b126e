public import PulseLedger

/// What a verification found: as text and as JSON.
public struct VerificationReport: Sendable {
  private let verification: LedgerVerification
  private let path: String
  /// The public key that is kept with the chip, or nil.
  private let chipKey: String?

  /// A report on a ledger's verification; the key that is kept beside the ledger decides on signatures.
  public init(_ verification: LedgerVerification, of path: String) {
    (self.verification, self.path) = (verification, path)
    chipKey = LedgerKey.publicKey(beside: path)
  }

  /// Whether the records are those that were written, signed with no other key than the chip's.
  public var holds: Bool { problems.isEmpty }

  private var problems: [AuditReport.Chain.Problem] {
    let found = verification.problems.map {
      AuditReport.Chain.Problem(record: $0.record, explanation: $0.explanation)
    }
    guard let chipKey,
      let strange = verification.signatures.first(where: { $0.publicKey != chipKey })
    else { return found }
    return found + [
      AuditReport.Chain.Problem(
        record: strange.record,
        explanation: "record \(strange.record) is signed with \(strange.publicKey), and the chip's "
          + "key is \(chipKey).")
    ]
  }

  /// The verdict, then what was found.
  public var text: String {
    var table = TextTable(columns: [
      .init("what", alignment: .left), .init("state", alignment: .left),
    ])
    table.append(["records as written", NumberText.thousands(verification.records)])
    table.append(["hash of the last one", verification.head])
    table.append(["signatures", signatures])
    table.append(["seal", AuditReport.seal(verification)])
    table.append(["being written by", verification.writer ?? "nobody"])
    let verdict = holds ? "the ledger is as it was written" : "THE LEDGER IS NOT AS IT WAS WRITTEN"
    let found = problems.map { TerminalText.printable($0.explanation) + "\n" }
    return TerminalText.printable(path) + ": " + verdict + "\n" + found.joined() + "\n"
      + table.text
  }

  private var signatures: String {
    let all = verification.signatures
    guard let last = all.last else {
      return chipKey == nil ? "none" : "none, though there is a key beside the ledger"
    }
    let wrong = all.count { !$0.isValid }
    return "\(NumberText.thousands(all.count)), the last in record \(last.record) by "
      + "\(last.publicKey)" + (wrong > 0 ? "; \(wrong) WRONG" : "")
      + (chipKey == nil ? "; no key is kept beside the ledger" : "")
  }

  /// What `--json` prints.
  public struct Record: Encodable, Sendable {
    /// The form of this record.
    public let schema = "tare-verification"
    /// Its version.
    public let version = 1
    let file: String
    let firstBadRecord: Int?
    let chain: AuditReport.Chain
  }

  /// What was found.
  public var record: Record {
    Record(
      file: path, firstBadRecord: problems.compactMap(\.record).min(),
      chain: AuditReport.Chain(verification, problems, chipKey: chipKey))
  }
}
