import DeviceContract
import Foundation
import PulseLedger

// What the report says of the ledger itself: chain, signatures, seal, devices.
extension AuditReport {
  var chainState: ReportSection {
    let verification = audit.verification
    var section = ReportSection(
      "The record", [.init("what", alignment: .left), .init("state", alignment: .left)])
    section.rows = [
      ["file", audit.path],
      ["ledger", audit.genesis.id.uuidString.lowercased()],
      ["written", "\(audit.first.text) to \(audit.last.text)"],
      ["records as written", count(verification.records)],
      ["hash of the last one", verification.head],
      ["seal", Self.seal(verification)],
      [
        "signatures",
        verification.signatures.isEmpty
          ? "none" : "\(count(verification.signatures.count)), see below",
      ],
      ["public key of the chip", audit.chipKey ?? "none is kept beside the ledger"],
      ["being written by", verification.writer ?? "nobody"],
    ]
    section.rows += verification.problems.map { ["PROBLEM", $0.explanation] }
    return section
  }

  static func seal(_ verification: LedgerVerification) -> String {
    verification.isSealed
      ? "there is one" : "none: the ledger is being written, or its last writer was killed"
  }

  var signatures: ReportSection {
    var section = ReportSection(
      "Signatures",
      [
        .init("record", alignment: .right), .init("public key", alignment: .left),
        .init("signature", alignment: .left), .init("key of the chip", alignment: .left),
      ])
    section.rows = audit.verification.signatures.map {
      [
        count($0.record), $0.publicKey, $0.isValid ? "right" : "WRONG",
        audit.chipKey == nil ? "unknown" : $0.publicKey == audit.chipKey ? "yes" : "NO",
      ]
    }
    return section
  }

  var devices: ReportSection {
    var section = ReportSection(
      "Devices",
      [
        .init("serial number", alignment: .left), .init("model", alignment: .left),
        .init("firmware", alignment: .left),
      ])
    section.rows = audit.devices.map { [$0.serialNumber, $0.model, $0.firmware] }
    return section
  }
}
