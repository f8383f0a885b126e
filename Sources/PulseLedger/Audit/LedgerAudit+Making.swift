import DeviceContract
import Foundation

extension LedgerAudit {
  /// Audits a ledger; reads only, and may run while the ledger is written.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - cells: How many cells the lists of hottest and most exposed ones hold.
  /// - Throws: ``LedgerError`` where there is no ledger, or so little is left that nothing can be told.
  public static func of(_ path: String, cells: Int = 10) throws -> LedgerAudit {
    var pass = AuditPass()
    // Records after a bad one are not to be believed: what is told follows from those before.
    let (verification, state) = try LedgerVerification.verify(path) { record, entry in
      pass.visit(record, entry)
    }
    guard let genesis = state.genesis else {
      throw LedgerError(
        .corrupt, path: path,
        verification.problems.first?.explanation ?? "the ledger has no first record")
    }
    let totals = LedgerTotals(state, genesis)
    let key = LedgerKey.publicKey(beside: path)
    return LedgerAudit(
      path: path, genesis: genesis, devices: pass.devices, verification: verification,
      chipKey: key, first: pass.first ?? state.lastTime, last: state.lastTime, total: totals.total,
      causes: totals.causes, days: totals.days, shapes: totals.shapes, adopted: totals.adopted,
      hottest: totals.leading(cells) { $0.pulses },
      mostExposed: totals.leading(cells) { $0.exposures },
      uncertain: pass.uncertain, refusals: pass.refusals,
      open: state.open.values.map(\.intent).sorted { $0.number < $1.number }, gaps: pass.gaps,
      notes: pass.notes, tiles: totals.tiles,
      checks: checks(verification, state, pass, totals.total, chipKey: key))
  }

  private static func checks(
    _ verification: LedgerVerification, _ state: LedgerState, _ pass: AuditPass,
    _ total: PulseSums, chipKey: String?
  ) -> [Check] {
    var checks = [
      Check(
        name: "records are as they were written", holds: verification.isWhole,
        detail: !verification.isWhole
          ? verification.problems.prefix(3).map(\.explanation).joined(separator: " ")
          : "\(verification.records) records, each hashed with the one before"),
      Check(
        name: "every intent has an outcome", holds: state.open.isEmpty,
        detail: state.open.isEmpty
          ? "\(total.trains) trains"
          : "\(state.open.count) of \(total.trains + state.open.count) trains are open; "
            + remedy(state, settles: "it says what became of them")),
      Check(
        name: "commanded covers delivered", holds: pass.overfull.isEmpty,
        detail: "\(total.commanded.all) commanded = \(total.fired.all) fired + "
          + "\(total.commanded.all - total.fired.all - total.uncertain) not fired + "
          + "\(total.uncertain) uncertain"
          + (total.uncertain > 0 ? ", of which the odometer counts \(state.counted)" : "")),
      Check(
        name: "the device's counts follow from train to train", holds: pass.gaps.isEmpty,
        detail: pass.gaps.first?.text ?? "no gap"),
      odometerCheck(state, pass, total),
    ]
    if !verification.signatures.isEmpty || chipKey != nil {
      checks.append(signatureCheck(verification, chipKey: chipKey))
    }
    return checks
  }

  /// What to do about a ledger whose last session has no end.
  private static func remedy(_ state: LedgerState, settles: String) -> String {
    state.genesis?.level == .run
      ? "the run was killed or is still going: give its command again, and it goes on from here"
      : "connect the device (`tare ledger reconcile`), and \(settles)"
  }

  private static func odometerCheck(
    _ state: LedgerState, _ pass: AuditPass, _ total: PulseSums
  ) -> Check {
    let name = "the ledger equals the device's odometer"
    guard let last = pass.lastComparison else {
      return Check(
        name: name, holds: total.trains == 0,
        detail: "the two have never been compared"
          + (total.trains == 0 ? "" : "; " + remedy(state, settles: "they are compared")))
    }
    if !last.agrees {
      return Check(
        name: name, holds: false,
        detail: "they differed when they were compared at \(last.time.text) (record \(last.record))"
      )
    }
    if pass.trainsSinceComparison > 0 {
      return Check(
        name: name, holds: false,
        detail: "\(pass.trainsSinceComparison) trains were begun since they were last compared at "
          + "\(last.time.text); \(remedy(state, settles: "they are compared"))")
    }
    return Check(
      name: name, holds: true,
      detail: "cell by cell, at \(last.time.text)"
        + (last.pulses.map { "; the odometer reads \($0.up) up and \($0.down) down" } ?? ""))
  }

  private static func signatureCheck(
    _ verification: LedgerVerification, chipKey: String?
  ) -> Check {
    let name = "signatures are those of the chip's key"
    guard let last = verification.signatures.last else {
      return Check(name: name, holds: false, detail: "there is a key, and no record is signed")
    }
    let strange = verification.signatures.first { $0.publicKey != chipKey }
    if let chipKey, let strange {
      return Check(
        name: name, holds: false,
        detail:
          "record \(strange.record) is signed with \(strange.publicKey), and the chip's key is "
          + chipKey)
    }
    let bad = verification.signatures.first { !$0.isValid }
    return Check(
      name: name, holds: bad == nil,
      detail: bad.map { "the signature in record \($0.record) is wrong" }
        ?? "\(verification.signatures.count) by \(last.publicKey.prefix(16))..., the last in record "
        + "\(last.record)\(chipKey == nil ? "; no key is kept beside the ledger" : "")")
  }
}
