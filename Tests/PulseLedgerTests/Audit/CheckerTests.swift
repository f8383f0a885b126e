import DeviceContract
import Foundation
import GRDB
import ReproducibleNoise
import Testing

@testable import PulseLedger

/// Python, and what it may lack.
private enum Python {
  static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"
  static let isInstalled = (try? run(["-c", "import sqlite3"]))?.status == 0
  static let hasCryptography = (try? run(["-c", "import cryptography"]))?.status == 0

  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}

/// The checker in Examples, which shares no line with this program, against it.
@Suite(
  .enabled(
    if: Python.isInstalled || Python.isContinuousIntegration,
    "python3 is not installed: the checker of ledgers is not tested"))
struct CheckerTests {
  private func check(_ ledger: String, key: String? = nil) throws -> (
    status: Int32, lines: [String]
  ) {
    let script = FormatExample.root.appendingPathComponent("Examples/check_ledger.py").path
    let outcome = try Python.run([script, ledger] + (key.map { [$0] } ?? []))
    return (outcome.status, outcome.output.split(separator: "\n").map(String.init))
  }

  @Test(arguments: [LedgerEntry.Genesis.Level.run, .chip])
  func totalsAreTheSame(level: LedgerEntry.Genesis.Level) async throws {
    let folder = try LedgerFolder()
    let path = folder.file("led ger?.sqlite")
    let made = try await LedgerBench.ledger(at: path, trains: 120, seed: 31, level: level)
    let (status, lines) = try check(path)
    #expect(status == 0, "\(lines)")
    let audit = try LedgerAudit.of(path)
    var hottest: UInt32 = 0
    for counts in made.counts {
      for cell in counts.up.indices { hottest = max(hottest, counts.up[cell] + counts.down[cell]) }
    }
    var expected = [
      "records \(audit.verification.records)", "head \(audit.verification.head)",
      "up \(audit.total.fired.up)", "down \(audit.total.fired.down)",
      "uncertain \(audit.total.uncertain)", "open 0", "good",
    ]
    for cause in audit.causes where cause.sums.trains > 0 {
      expected.append("cause \(cause.name) up \(cause.sums.fired.up) down \(cause.sums.fired.down)")
    }
    for line in expected { #expect(lines.contains(line), "\(line) is not in \(lines)") }
    let found = try #require(lines.first { $0.hasPrefix("hottest") })
    let pulses = found.split(separator: " ").suffix(3).compactMap { UInt32($0) }
    #expect(pulses.reduce(0, +) == hottest, "\(found)")
  }

  @Test func bothNameTheSameFirstBadRecord() async throws {
    let seed: UInt64 = 20_263
    print("CheckerTests.bothNameTheSameFirstBadRecord: seed \(seed)")
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 30, seed: seed)
    let records = try LedgerReader(path).lastRecord()
    var random = RandomStream(seed: seed, stream: 4)
    for trial in 0..<24 {
      let act = TamperTests.Act.allCases[trial % TamperTests.Act.allCases.count]
      let copy = try folder.copy(path, to: "copy.sqlite", seal: false)
      let first = try TamperTests.tamper(act, copy, records: records, &random)
      let (status, lines) = try check(copy)
      #expect(status == 1)
      let problem = try #require(lines.last)
      #expect(problem.hasPrefix("BAD: record \(first) "), "\(act) of \(first): \(problem)")
      #expect(try LedgerVerification.verify(copy).problems.first?.record == first)
    }
  }

  @Test(
    .enabled(
      if: Python.hasCryptography || Python.isContinuousIntegration,
      "the Python package cryptography is not installed: signatures are not tested"))
  func signatures() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let key = try LedgerKey.make(folder: folder.path)
    let genesis = LedgerBench.genesis()
    var store = try await LedgerStore.open(path, genesis: genesis)
    _ = try await LedgerBench.fill(store, genesis, trains: 5, seed: 32)
    try await store.sign(with: key)
    try await store.close()
    let records = try LedgerReader(path).lastRecord()
    let good = try check(path)
    #expect(good.status == 0 && good.lines.contains { $0.hasPrefix("signatures 1") })
    #expect(try LedgerVerification.verify(path).isWhole)
    // Against another key: the records are whole, but not by the one who should have written them.
    let other = try check(path, key: String(repeating: "ab", count: 32))
    #expect(other.lines.last == "BAD: record \(records) is signed with another key than the chip's")

    // A checkpoint whose signature covers something else.
    store = try await LedgerStore.open(path, genesis: nil)
    let wrong = try key.sign(Array("something else".utf8))
    try await store.append(.checkpoint(wrong))
    try await store.close()
    let bad = try check(path)
    #expect(bad.status == 1)
    #expect(bad.lines.last == "BAD: record \(records + 1) holds a wrong signature")
    #expect(try LedgerVerification.verify(path).problems.first?.record == records + 1)
  }
}
