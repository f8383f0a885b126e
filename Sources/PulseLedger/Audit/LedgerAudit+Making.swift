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
    let verification = try LedgerVerification.verify(path)
    let reader = try LedgerReader(path)
    // Records after a bad one are not to be believed: what is told follows from those before.
    let (state, pass) = try reader.goodPart(records: verification.records)
    guard let genesis = state.genesis else {
      throw LedgerError(
        .corrupt, path: path,
        verification.problems.first?.explanation ?? "the ledger has no first record")
    }
    var causes: [Cause: PulseSums] = [:]
    var days: [Int: PulseSums] = [:]
    var total = PulseSums()
    for (key, sums) in state.days {
      causes[key.cause, default: PulseSums()] += sums
      days[key.day, default: PulseSums()] += sums
      total += sums
    }
    let all = state.everyCell
    let key = LedgerKey.publicKey(folder: (path as NSString).deletingLastPathComponent)
    return LedgerAudit(
      path: path, genesis: genesis, devices: pass.devices, verification: verification,
      chipKey: key, first: pass.first ?? state.lastTime, last: state.lastTime, total: total,
      causes: Cause.allCases.compactMap { cause in
        causes[cause].map { Line(name: cause.rawValue, sums: $0) }
      },
      days: days.sorted { $0.key < $1.key }.map {
        Line(name: LedgerTime.dayText($0.key), sums: $0.value)
      },
      shapes: state.byShape, adopted: state.adopted,
      hottest: Array(all.sorted { $0.pulses > $1.pulses }.prefix(cells).filter { $0.pulses > 0 }),
      mostExposed: Array(
        all.sorted { $0.exposures > $1.exposures }.prefix(cells).filter { $0.exposures > 0 }),
      uncertain: pass.uncertain, refusals: pass.refusals,
      open: state.open.values.map(\.intent).sorted { $0.number < $1.number }, gaps: pass.gaps,
      notes: pass.notes, maps: state.maps,
      checks: checks(verification, state, pass, total, chipKey: key))
  }

  private static func checks(
    _ verification: LedgerVerification, _ state: LedgerState, _ pass: AuditPass,
    _ total: PulseSums, chipKey: String?
  ) -> [Check] {
    var checks = [
      Check(
        name: "records are as they were written", holds: verification.isWhole,
        detail: verification.problems.first?.explanation
          ?? "\(verification.records) records, each hashed with the one before"),
      Check(
        name: "every intent has an outcome", holds: state.open.isEmpty,
        detail: state.open.isEmpty
          ? "\(total.trains) trains"
          : "\(state.open.count) of \(total.trains + state.open.count) trains are open; connect the "
            + "device (`tare ledger reconcile`), and it says what became of them"),
      Check(
        name: "commanded covers delivered", holds: pass.overfull.isEmpty,
        detail: "\(total.commanded.all) commanded = \(total.fired.all) fired + "
          + "\(total.commanded.all - total.fired.all - total.uncertain) not fired + "
          + "\(total.uncertain) uncertain"),
      Check(
        name: "the device's counts follow from train to train", holds: pass.gaps.isEmpty,
        detail: pass.gaps.first?.text ?? "no gap"),
      odometerCheck(pass, total),
    ]
    if !verification.signatures.isEmpty || chipKey != nil {
      checks.append(signatureCheck(verification, chipKey: chipKey))
    }
    return checks
  }

  private static func odometerCheck(_ pass: AuditPass, _ total: PulseSums) -> Check {
    let name = "the ledger equals the device's odometer"
    guard let last = pass.lastComparison else {
      return Check(
        name: name, holds: total.trains == 0, detail: "the two have never been compared")
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
          + "\(last.time.text); connect the device (`tare ledger reconcile`)")
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

extension LedgerReader {
  /// Folds the records before the first bad one, and passes over them.
  fileprivate func goodPart(records: Int) throws -> (LedgerState, AuditPass) {
    try reading { db in
      let state = LedgerState()
      var pass = AuditPass()
      if records == 0 { return (state, pass) }
      try EntryTable.forEach(from: 1, db) { sequence, bytes, _ in
        let entry = try LedgerFile.fold(bytes, sequence, into: state, path)
        pass.visit(sequence, entry)
        return sequence < records
      }
      return (state, pass)
    }
  }
}

extension LedgerState {
  /// Pulses by shape and cause.
  fileprivate var byShape: [LedgerAudit.ShapeLine] {
    var sums: [TallyKey: PulseTotals] = [:]
    for (key, tally) in tallies where key.cause != nil {
      sums[TallyKey(tile: 0, cause: key.cause, shape: key.shape), default: PulseTotals()] +=
        tally.counts.totals
    }
    return sums.sorted { $0.key < $1.key }.compactMap { key, totals in
      key.cause.map { LedgerAudit.ShapeLine(shape: shapes[key.shape], cause: $0, fired: totals) }
    }
  }

  /// What every cell has seen.
  fileprivate var everyCell: [LedgerAudit.Cell] {
    var all: [LedgerAudit.Cell] = []
    for tile in 0..<tiles {
      var found = (0..<cells).map { cell in
        LedgerAudit.Cell(
          tile: tile, row: cell / columns, column: cell % columns, up: 0, down: 0, adopted: 0,
          uncertain: Int(uncertain[tile]?[cell] ?? 0),
          exposures: Int(exposures[tile]?[cell] ?? 0))
      }
      for (key, tally) in tallies where key.tile == tile {
        for cell in found.indices {
          if key.cause == nil {
            found[cell].adopted += Int(tally.up[cell]) + Int(tally.down[cell])
          } else {
            found[cell].up += Int(tally.up[cell])
            found[cell].down += Int(tally.down[cell])
          }
        }
      }
      all += found
    }
    return all
  }

  fileprivate var maps: [LedgerAudit.TileMap] {
    let all = everyCell
    return (0..<tiles).map { tile in
      let found = all[tile * cells..<(tile + 1) * cells]
      return LedgerAudit.TileMap(
        pulses: found.map { UInt32(clamping: $0.pulses) },
        exposures: found.map { UInt32(clamping: $0.exposures) })
    }
  }
}
