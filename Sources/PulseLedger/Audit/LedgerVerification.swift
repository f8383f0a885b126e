import ByteCoding
import Crypto
import DeviceContract
import Foundation
import GRDB

/// Whether a ledger is what was written: chain, end, totals, readings, signatures and seal.
public struct LedgerVerification: Sendable {
  /// Something that is not as it was written.
  public struct Problem: Sendable, Hashable {
    /// The first bad record, or nil where no record is bad.
    public var record: Int?
    /// What is wrong, in a sentence.
    public var explanation: String
  }

  /// A signature in the ledger.
  public struct Signature: Sendable, Hashable {
    /// The record that holds it.
    public var record: Int
    /// The public key, as hexadecimal digits.
    public var publicKey: String
    /// Whether it is right.
    public var isValid: Bool
  }

  /// What is wrong; empty where nothing is.
  public var problems: [Problem] = []
  /// Records that are as they were written, from the first on.
  public var records = 0
  /// The hash of the last good record, as hexadecimal digits.
  public var head = ""
  /// The signatures, in order.
  public var signatures: [Signature] = []
  /// Whether there is a seal; one that does not fit is among the problems.
  public var isSealed = false
  /// Who is writing the ledger meanwhile, or nil if nobody is.
  public var writer: String?

  /// Whether all is well.
  public var isWhole: Bool { problems.isEmpty }

  /// Verifies a ledger from its first record to its last.
  ///
  /// It reads only, and may run while the ledger is written.
  ///
  /// - Throws: ``LedgerError`` if there is no ledger, or the file cannot be opened.
  public static func verify(_ path: String) throws -> LedgerVerification {
    try verify(path) { _, _ in }.verification
  }

  /// Verifies a ledger, and hands over each good entry and what follows from all of them, so that an
  /// audit needs no pass of its own.
  static func verify(
    _ path: String, visit: (Int, LedgerEntry) -> Void
  ) throws -> (verification: LedgerVerification, state: LedgerState) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw LedgerError(.notFound, path: path, "there is no ledger")
    }
    var result = LedgerVerification()
    // Kept here, so that what was good is there also where reading fails in the middle.
    var chain = Chain()
    result.writer = LedgerLock.holder(ledger: path)
    result.checkSeal(path)
    do {
      let database = try LedgerFile.open(path, isWriter: false)
      defer { try? database.close() }
      try database.read { db in try result.check(db, path, &chain, visit) }
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
      // Tables that are missing are damage where the seal says so.
      || error.resultCode == .SQLITE_ERROR && !result.problems.isEmpty
    {
      result.problems.append(
        Problem(
          record: chain.state.count + 1,
          explanation: "record \(chain.state.count + 1) cannot be read: the file is damaged "
            + "(\(error.message ?? "SQLite says no more"))."))
    } catch {
      throw LedgerError(error, path: path, doing: "reading the ledger")
    }
    result.records = chain.state.count
    return (result, chain.state)
  }

  private mutating func checkSeal(_ path: String) {
    do {
      isSealed = try LedgerSeal.read(path) != nil
      if let change = try LedgerSeal.change(ofClosed: path) {
        problems.append(Problem(record: nil, explanation: change + "."))
      }
    } catch {
      problems.append(Problem(record: nil, explanation: "\(error)."))
    }
  }

  private mutating func check(
    _ db: Database, _ path: String, _ chain: inout Chain, _ visit: (Int, LedgerEntry) -> Void
  ) throws {
    try Self.go(over: &chain, db, path, visit)
    head = Hexadecimal.text(chain.head)
    signatures = chain.signatures
    problems.append(contentsOf: chain.problems)
    guard chain.problems.isEmpty else { return }
    try compareTotals(db, chain.state, path)
    try checkObservations(db, chain.readings)
  }

  /// What a pass over all entries finds.
  struct Chain {
    var state = LedgerState()
    var head = EntryChain.start
    var problems: [Problem] = []
    var signatures: [Signature] = []
    /// Digests of what reads found, by the record that holds them.
    var readings: [Int: [UInt8]] = [:]
  }

  /// The chain of a ledger.
  static func chain(_ db: Database, _ path: String) throws -> Chain {
    var chain = Chain()
    try go(over: &chain, db, path) { _, _ in }
    return chain
  }

  /// Goes over all entries: numbers, hashes, what they say, signatures, and the end.
  private static func go(
    over chain: inout Chain, _ db: Database, _ path: String, _ visit: (Int, LedgerEntry) -> Void
  ) throws {
    var problem: Problem?
    try EntryTable.forEach(from: Int(Int64.min), db) { sequence, bytes, hash in
      let wanted = chain.state.count + 1
      guard sequence == wanted else {
        problem = Problem(
          record: wanted,
          explanation: sequence > wanted
            ? "record \(wanted) is missing." : "record \(sequence) was not written by a ledger.")
        return false
      }
      let expected = EntryChain.hash(after: chain.head, sequence: sequence, bytes: bytes)
      guard EntryChain.equal(hash, expected) else {
        problem = Problem(
          record: sequence, explanation: "record \(sequence) is not the one that was written.")
        return false
      }
      do {
        let entry = try LedgerFile.fold(bytes, sequence, into: chain.state, path)
        chain.note(entry, sequence)
        visit(sequence, entry)
      } catch let error as LedgerError {
        problem = Problem(record: sequence, explanation: error.explanation + ".")
        return false
      }
      chain.head = expected
      return true
    }
    if let problem {
      chain.problems.append(problem)
    } else if let problem = try endProblem(db, chain) {
      chain.problems.append(problem)
    }
    for signature in chain.signatures where !signature.isValid {
      chain.problems.append(
        Problem(
          record: signature.record,
          explanation: "the signature in record \(signature.record) is wrong."
        ))
    }
  }

  private static func endProblem(_ db: Database, _ chain: Chain) throws -> Problem? {
    let row = try Row.fetchOne(db, sql: "SELECT seq, hash FROM head")
    let count = chain.state.count
    guard let row else {
      return count == 0
        ? nil : Problem(record: nil, explanation: "the note of the last record is gone.")
    }
    let last: Int = row[0]
    if last > count {
      return Problem(
        record: count + 1,
        explanation: "record \(count + 1) is missing: the ledger had \(last) records.")
    }
    if last < count || [UInt8](row[1] as Data) != chain.head {
      return Problem(
        record: last + 1, explanation: "the note of the last record is not that of record \(count)."
      )
    }
    return nil
  }

  /// The totals that are kept against those that follow from the entries.
  private mutating func compareTotals(_ db: Database, _ derived: LedgerState, _ path: String) throws
  {
    let kept: LedgerState
    do {
      kept = try LedgerFile.load(db, path).state
    } catch let error as LedgerError {
      problems.append(Problem(record: nil, explanation: error.explanation + "."))
      return
    }
    let (left, right) = (kept.parts(onlyChanged: false), derived.parts(onlyChanged: false))
    for name in Set(left.keys).union(right.keys).sorted() where left[name] != right[name] {
      problems.append(
        Problem(
          record: nil,
          explanation: "the totals that are kept (\(name)) are not those of the records."))
    }
  }

  private mutating func checkObservations(_ db: Database, _ digests: [Int: [UInt8]]) throws {
    var seen: Set<Int> = []
    let rows = try Row.fetchCursor(db, sql: "SELECT seq, data FROM observation ORDER BY seq")
    while let row = try rows.next() {
      let sequence: Int = row[0]
      seen.insert(sequence)
      guard digests[sequence] == EntryChain.digest([UInt8](row[1] as Data)) else {
        problems.append(
          Problem(
            record: sequence,
            explanation: "what the reads of record \(sequence) found is not what was written."))
        return
      }
    }
    if let lost = digests.keys.sorted().first(where: { !seen.contains($0) }) {
      problems.append(
        Problem(record: lost, explanation: "what the reads of record \(lost) found is missing."))
    }
  }
}

extension LedgerVerification.Chain {
  fileprivate mutating func note(_ entry: LedgerEntry, _ sequence: Int) {
    // A chip's ledger keeps no readings: their digests, one a train, are not gathered.
    let keepsReadings = state.genesis?.level == .run
    switch entry.content {
    case .outcome(let outcome) where keepsReadings && !outcome.readings.isEmpty:
      readings[sequence] = outcome.readings
    case .reading(let reading) where keepsReadings: readings[sequence] = reading.digest
    case .checkpoint(let checkpoint):
      let message = LedgerSignature.message(
        ledger: state.genesis?.id, sequence: sequence - 1, head: head)
      signatures.append(
        LedgerVerification.Signature(
          record: sequence, publicKey: Hexadecimal.text(checkpoint.publicKey),
          isValid: LedgerSignature.isValid(checkpoint, of: message)))
    default: break
    }
  }
}
