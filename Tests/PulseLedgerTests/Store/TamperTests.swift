import DeviceContract
import Foundation
import GRDB
import ReproducibleNoise
import Testing

@testable import PulseLedger

@Suite struct TamperTests {
  enum Act: String, CaseIterable {
    case changeBody, changeHash, delete, insert, swap, truncate
  }

  /// Does something to the records of a ledger behind its back, and says which record is the first that
  /// is not as it was written.
  static func tamper(
    _ act: Act, _ path: String, records: Int, _ random: inout RandomStream
  ) throws -> Int {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let database = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? database.close() }
    let record = Int.random(in: 1...records, using: &random)
    let byte = Int.random(in: 0..<1 << 16, using: &random)
    let flip = UInt8.random(in: 1...255, using: &random)
    let other = Int.random(in: 1...records, using: &random)
    return try database.write { db in
      func change(_ column: String) throws {
        var data =
          try Data.fetchOne(
            db, sql: "SELECT \(column) FROM entry WHERE seq = ?", arguments: [record]) ?? Data()
        data[data.startIndex + byte % data.count] ^= flip
        try db.execute(
          sql: "UPDATE entry SET \(column) = ? WHERE seq = ?", arguments: [data, record])
      }
      switch act {
      case .changeBody:
        try change("body")
        return record
      case .changeHash:
        try change("hash")
        return record
      case .delete:
        try db.execute(sql: "DELETE FROM entry WHERE seq = ?", arguments: [record])
        return record
      case .insert:
        // Room is made, and a copy of another record put there.
        for sequence in stride(from: records, through: record, by: -1) {
          try db.execute(
            sql: "UPDATE entry SET seq = ? WHERE seq = ?", arguments: [sequence + 1, sequence])
        }
        let source = other >= record ? other + 1 : other
        try db.execute(
          sql: "INSERT INTO entry SELECT ?, body, hash FROM entry WHERE seq = ?",
          arguments: [record, source])
        // A copy of the record that stood there is that record; the next one is the odd one out.
        return other == record ? record + 1 : record
      case .swap:
        let second = other == record ? record % records + 1 : other
        try db.execute(
          sql: """
            UPDATE entry SET seq = -1 WHERE seq = \(record);
            UPDATE entry SET seq = \(record) WHERE seq = \(second);
            UPDATE entry SET seq = \(second) WHERE seq = -1;
            """)
        return min(record, second)
      case .truncate:
        try db.execute(sql: "DELETE FROM entry WHERE seq >= ?", arguments: [record])
        return record
      }
    }
  }

  @Test func everyChangeOfARecordIsFoundAndNamed() async throws {
    let seed: UInt64 = 20_261
    print("TamperTests.everyChangeOfARecordIsFoundAndNamed: seed \(seed)")
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 40, seed: seed)
    let records = try LedgerReader(path).state().count
    var random = RandomStream(seed: seed, stream: 2)
    for trial in 0..<1_000 {
      let act = Act.allCases[trial % Act.allCases.count]
      // Without the seal, which would find the change of the file and not of the record.
      let copy = try folder.copy(path, to: "copy.sqlite", seal: false)
      let first = try Self.tamper(act, copy, records: records, &random)
      let check = try LedgerVerification.verify(copy)
      #expect(!check.isWhole, "trial \(trial): \(act) of record \(first) was not found")
      #expect(
        check.problems.first?.record == first,
        "trial \(trial): \(act) of record \(first), found \(check.problems)")
    }
  }

  /// A change anywhere in the file of a closed ledger, in free space too.
  @Test func everyChangeOfAByteIsFound() async throws {
    let seed: UInt64 = 20_262
    print("TamperTests.everyChangeOfAByteIsFound: seed \(seed)")
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 40, seed: seed)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = RandomStream(seed: seed, stream: 3)
    for trial in 0..<500 {
      let copy = try folder.copy(path, to: "copy.sqlite")
      var bytes = whole
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch trial % 5 {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 2: bytes = bytes.prefix(place)
      default: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      }
      try bytes.write(to: URL(fileURLWithPath: copy))
      let check = try LedgerVerification.verify(copy)
      #expect(!check.isWhole, "trial \(trial): byte \(place) of \(whole.count) was not found")
      // And nothing is fired on it.
      if trial % 25 == 3 {
        await #expect(throws: LedgerError.self) {
          _ = try await LedgerStore.open(copy, genesis: nil)
        }
      }
    }
  }

  @Test func totalsThatWereChangedAreFound() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 40, seed: 9)
    let names = try LedgerReader(path).reading { db in
      try String.fetchAll(db, sql: "SELECT name FROM state ORDER BY name")
    }
    #expect(names.contains { $0.hasPrefix("cells/") } && names.contains("summary"))
    for name in names where name != "summary" {
      let copy = try folder.copy(path, to: "copy.sqlite", seal: false)
      let database = try DatabaseQueue(path: copy)
      try await database.write { db in
        // The counts of another heading.
        try db.execute(
          sql: """
            UPDATE state SET data = (SELECT data FROM state WHERE name <> ?1 AND name <> 'summary'
              AND substr(name, 1, 4) = substr(?1, 1, 4) AND data <>
              (SELECT data FROM state WHERE name = ?1)) WHERE name = ?1
              AND EXISTS (SELECT 1 FROM state WHERE name <> ?1 AND
              substr(name, 1, 4) = substr(?1, 1, 4) AND data <>
              (SELECT data FROM state WHERE name = ?1))
            """, arguments: [name])
      }
      let isChanged = try await database.read { db in
        try Data.fetchOne(db, sql: "SELECT data FROM state WHERE name = ?", arguments: [name])
      }
      try database.close()
      let before = try LedgerReader(path).reading { db in
        try Data.fetchOne(db, sql: "SELECT data FROM state WHERE name = ?", arguments: [name])
      }
      guard isChanged != before else { continue }
      #expect(try !LedgerVerification.verify(copy).isWhole, "\(name)")
    }
  }

  @Test func readingsThatWereChangedAreFound() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 40, seed: 9)
    let copy = try folder.copy(path, to: "copy.sqlite", seal: false)
    let database = try DatabaseQueue(path: copy)
    let record = try await database.write { db in
      let record = try Int.fetchOne(db, sql: "SELECT max(seq) FROM observation") ?? 0
      try db.execute(sql: "DELETE FROM observation WHERE seq = ?", arguments: [record])
      return record
    }
    try database.close()
    #expect(try LedgerVerification.verify(copy).problems.map(\.record) == [record])
  }
}
