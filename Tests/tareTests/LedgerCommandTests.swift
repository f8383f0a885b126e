import DeviceContract
import Foundation
import Testing

@testable import PulseLedger
@testable import tare

@Suite struct LedgerCommandTests {
  private func ledger(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(["ledger"] + arguments)
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  // MARK: show

  @Test func showPrintsEveryRecordOnce() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    let made = try await LedgerMaker.ledger(at: path, explanation: "line one\nline two \u{1B}[31m")
    let all = try ledger(["show", path])
    let lines = all.output.split(separator: "\n").map(String.init)
    #expect(all.status == 0 && lines.count == made.records)
    for (place, line) in lines.enumerated() {
      let fields = line.split(separator: " ", maxSplits: 2)
      #expect(fields[0] == "\(place + 1)" && fields[1].hasSuffix("Z"))
    }
    #expect(lines[0].contains("genesis") && !all.output.contains("\u{1B}"))
    #expect(try ledger(["show", path, "--last", "4"]).output == lines.suffix(4).joinedLines)
    #expect(try ledger(["show", path, "--from", "12"]).output == lines.dropFirst(11).joinedLines)
    #expect(try ledger(["show", path, "--last", "0"]).output.isEmpty)
    #expect(try ledger(["show", path, "--last", "1000"]).output == all.output)
    let records = try objects(try ledger(["show", path, "--json"]).output)
    #expect(records.compactMap { $0["record"] as? Int } == Array(1...made.records))
    let kinds = Set(records.compactMap { $0["kind"] as? String })
    #expect(
      kinds.isSuperset(of: ["genesis", "connection", "campaign", "shape", "intent", "outcome"]))
    #expect(try ledger(["show", path, "--last", "1", "--from", "1"]).status == 64)
    #expect(try ledger(["show", path, "--from", "0"]).status == 64)
  }

  // MARK: totals

  @Test func totalsAndCells() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    let made = try await LedgerMaker.ledger(at: path)
    let json = try ledger(["totals", path, "--json"])
    let record = try #require(try objects(json.output.replacing("\n", with: " ")).first)
    let lines = try #require(record["lines"] as? [[String: Any]])
    let up = lines.compactMap { ($0["fired"] as? [String: Int])?["up"] }.reduce(0, +)
    #expect(up == made.fired.up && record["schema"] as? String == "tare-ledger-totals")
    #expect(try ledger(["totals", path]).output.contains("calibrate"))

    let table = scratch.file("cells.csv")
    #expect(try ledger(["totals", path, "--cells", table.path]).status == 0)
    let sums = try Python.run([
      "-c",
      """
      import csv, sys
      rows = list(csv.DictReader(open(sys.argv[1])))
      print(len(rows), sum(int(r["up"]) for r in rows), sum(int(r["down"]) for r in rows),
        sum(int(r["pulses"]) - int(r["up"]) - int(r["down"]) - int(r["uncertain"]) for r in rows))
      """, table.path,
    ])
    #expect(sums == "60 \(made.fired.up) \(made.fired.down) 0\n")

    let folder = scratch.file("maps")
    let written = try ledger(["totals", path, "--cells", folder.path])
    #expect(written.status == 0 && written.errors.contains("tile-1-half-select-exposures.npy"))
    #expect(try scratch.contents(of: "maps").count == 13)
    // One map cannot hold two tiles.
    let map = scratch.file("map.npy").path
    let refused = try ledger(["totals", path, "--cells", map])
    #expect(refused.status != 0 && refused.errors.contains("2 tiles"))
    #expect(!FileManager.default.fileExists(atPath: map))
  }

  // MARK: verify

  @Test func verifyNamesTheFirstBadRecord() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    let made = try await LedgerMaker.ledger(at: path)
    let good = try ledger(["verify", path])
    #expect(good.status == 0 && good.output.contains("as it was written"))
    #expect(good.output.contains(try LedgerVerification.verify(path).head))
    try LedgerMaker.tamper(path, record: 17)
    let bad = try ledger(["verify", path])
    #expect(bad.status == 1 && bad.output.contains("record 17 is not the one that was written."))
    let json = try ledger(["verify", path, "--json"])
    let record = try #require(try objects(json.output.replacing("\n", with: " ")).first)
    #expect(json.status == 1 && record["firstBadRecord"] as? Int == 17)
    #expect((record["chain"] as? [String: Any])?["records"] as? Int == 16)
    #expect(made.records > 17)
  }

  @Test func verifyKnowsTheKeyOfTheChip() async throws {
    let scratch = try Scratch()
    let home = scratch.file("home")
    let made = try await LedgerMaker.chip("hfox-a3", in: home, key: true)
    let good = try ledger(["verify", "hfox-a3", "--home", home.path])
    // Named alone, from within its folder.
    let folder = home.appendingPathComponent("chips/hfox-a3")
    let inside = try Command.run(["ledger", "verify", "ledger.sqlite"], in: folder)
    #expect(inside.status == 0 && !inside.output.contains("no key is kept"))
    #expect(good.status == 0 && good.output.contains("the last in record \(made.records)"))
    // Another key beside it: every record is as it was written, by someone else.
    let key = home.appendingPathComponent("chips/hfox-a3/ledger.pub")
    try String(repeating: "ab", count: 32).write(to: key, atomically: true, encoding: .utf8)
    let strange = try ledger(["verify", "hfox-a3", "--home", home.path])
    #expect(strange.status == 1 && strange.output.contains("and the chip's key is abab"))
  }

  // MARK: export

  @Test func exportsSumToTheTotals() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    let made = try await LedgerMaker.ledger(
      at: path, leavesOpen: true, explanation: "says \"no\", and\nmore")
    let csv = scratch.file("trains.csv")
    let outcome = try ledger(["export", path, "--out", csv.path])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    let sums = try Python.run([
      "-c",
      """
      import csv, datetime, sys
      rows = list(csv.DictReader(open(sys.argv[1], newline="")))
      number = lambda name: sum(int(r[name] or 0) for r in rows)
      for row in rows:
        begun = datetime.datetime.strptime(row["begun_utc"], "%Y-%m-%dT%H:%M:%S.%fZ")
        assert None not in row and None not in row.values()
      print(len(rows), number("fired_up"), number("fired_down"), number("uncertain"),
        sum(r["status"] == "open" for r in rows))
      """, csv.path,
    ])
    let audit = try LedgerAudit.of(path)
    #expect(
      sums == "31 \(made.fired.up) \(made.fired.down) \(audit.total.uncertain) 1\n")

    let lines = try ledger(["export", path, "--format", "jsonl"])
    let records = try objects(lines.output)
    let trains = records.filter { $0["kind"] as? String == "train" }
    func sum(_ name: String) -> Int { trains.compactMap { $0[name] as? Int }.reduce(0, +) }
    #expect(trains.count == 31 && trains.last?["status"] as? String == "open")
    #expect(sum("firedUp") == made.fired.up && sum("firedDown") == made.fired.down)
    #expect(sum("uncertain") == audit.total.uncertain)
    #expect(
      sum("commandedUp") + sum("commandedDown") - 7 == audit.total.commanded.all)
    // Every record is there once: trains hold two, the open one, one.
    #expect(records.count - trains.count + 2 * trains.count - 1 == made.records)
    let refusal = records.first { $0["kind"] as? String == "refusal" }
    #expect(refusal?["explanation"] as? String == "says \"no\", and\nmore")
    // Partial trains tell which cells got what.
    let partial = try #require(trains.first { $0["status"] as? String == "partial" })
    #expect((partial["cellsUp"] as? [Int])?.reduce(0, +) == partial["firedUp"] as? Int)
  }

  @Test func anExportThatFailsLeavesNothing() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    try await LedgerMaker.ledger(at: path, trains: 5)
    #expect(try ledger(["export", path, "--format", "xml"]).status == 64)
    #expect(try ledger(["export", path, "--out", "/dev/full"]).status == 74)
    #expect(try ledger(["export", path, "--out", "/nowhere/trains.csv"]).status == 74)
    #expect(try ledger(["export", "nowhere", "--out", scratch.file("t.csv").path]).status == 66)
    #expect(
      try scratch.contents(of: "").keys.sorted() == [
        "ledger.sqlite", "ledger.sqlite.lock", "ledger.sqlite.seal",
      ])
  }

  @Test(arguments: [["show"], ["show", "--json"], ["totals"], ["verify"], ["export"]])
  func aFullDiskBehindStdoutIsNoSuccess(arguments: [String]) async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    try await LedgerMaker.ledger(at: path, trains: 5)
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = ["ledger"] + arguments + [path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
  }

  @Test(arguments: [
    (LedgerError.Code.busy, Int32(75)), (.newer, 65), (.corrupt, 65), (.full, 74), (.io, 74),
    (.readOnly, 77), (.notFound, 66), (.clock, 74), (.mismatch, 1), (.invalid, 64),
  ])
  func exitCodes(code: LedgerError.Code, status: Int32) {
    let failure = CommandFailure(LedgerError(code, path: "a.sqlite", "why"))
    #expect(failure.status.rawValue == status && failure.message == "a.sqlite: why")
  }
}

extension Sequence<String> {
  fileprivate var joinedLines: String { map { $0 + "\n" }.joined() }
}
