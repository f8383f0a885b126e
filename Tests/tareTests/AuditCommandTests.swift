import DeviceContract
import Foundation
import Testing

@testable import PulseLedger

@Suite struct AuditCommandTests {
  private func audit(_ arguments: [String], home: URL? = nil) throws -> Command.Outcome {
    try Command.run(
      ["audit"] + arguments, environment: home.map { ["TARE_HOME": $0.path] } ?? [:])
  }

  @Test func aLedgerThatBalances() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    let made = try await LedgerMaker.ledger(at: path)
    let text = try audit([path])
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
    let lines = text.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasSuffix(": balances") == true)
    for heading in [
      "Checks", "Pulses", "By cause", "By day (UTC)", "By pulse shape", "Hottest cells",
      "Most exposed cells", "Uncertain trains", "Refusals", "The record", "Devices",
    ] { #expect(lines.contains(Substring(heading)), "\(heading)") }
    // By its folder as well.
    #expect(try audit([scratch.url.path]).output == text.output.replacing("\(path)", with: path))

    let json = try audit([path, "--json"])
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(record["schema"] as? String == "tare-audit" && record["version"] as? Int == 1)
    #expect(record["balances"] as? Bool == true)
    let total = try #require(record["total"] as? [String: Any])
    let fired = try #require(total["fired"] as? [String: Int])
    #expect(fired == ["up": made.fired.up, "down": made.fired.down])
    let tiles = try #require(record["tiles"] as? [[String: [Int]]])
    #expect(tiles.map { $0["up"] } == made.counts.map { $0.up.map(Int.init) })
    #expect(tiles.map { $0["down"] } == made.counts.map { $0.down.map(Int.init) })
    #expect((record["refusals"] as? [Any])?.count == 1)
  }

  @Test func whatDoesNotBalanceIsExitCode1() async throws {
    let scratch = try Scratch()
    let open = scratch.file("open.sqlite").path
    try await LedgerMaker.ledger(at: open, leavesOpen: true)
    let outcome = try audit([open])
    #expect(outcome.status == 1)
    #expect(outcome.output.split(separator: "\n").first?.hasSuffix("DOES NOT BALANCE") == true)
    #expect(outcome.output.contains("Trains without an outcome"))

    let changed = scratch.file("changed.sqlite").path
    try await LedgerMaker.ledger(at: changed)
    try LedgerMaker.tamper(changed, record: 20)
    let tampered = try audit([changed])
    #expect(tampered.status == 1)
    #expect(tampered.output.contains("record 20 is not the one that was written"))
    // What is told follows from the records before.
    #expect(tampered.output.contains("records as written      19"))
  }

  @Test func namesOfChips() async throws {
    let scratch = try Scratch()
    let home = scratch.file("home")
    try await LedgerMaker.chip("hfox-a3", in: home, key: true)
    let found = try audit(["hfox-a3"], home: home)
    #expect(found.status == 0 && found.output.hasPrefix("chip bench"), "\(found.errors)")
    #expect(found.output.contains("signatures are those of the chip's key"))
    #expect(try audit(["hfox-a3", "--home", home.path]).output == found.output)
    let wrong = try audit(["hfox-a4"], home: home)
    #expect(wrong.status == 66 && wrong.output.isEmpty)
    #expect(wrong.errors.contains("did you mean hfox-a3?"))
    let none = try audit(["hfox-a3"], home: scratch.file("nowhere"))
    #expect(none.status == 66 && none.errors.contains("no chip has a ledger"))
    let folder = try audit([scratch.url.path])
    #expect(folder.status == 66 && folder.errors.contains("neither"))
  }

  @Test func whatIsNoLedgerIsExitCode65() throws {
    let scratch = try Scratch()
    let text = try scratch.write("this is no database\n", to: "notes.txt")
    #expect(try audit([text]).status == 65)
    let other = scratch.file("other.sqlite").path
    _ = try Python.run([
      "-c",
      "import sqlite3, sys; f = sqlite3.connect(sys.argv[1]); f.execute('CREATE TABLE t (a)')",
      other,
    ])
    let outcome = try audit([other])
    #expect(outcome.status == 65 && outcome.errors.contains("no ledger of tare"))
  }

  @Test func thePageIsWrittenBesideTheText() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    try await LedgerMaker.ledger(at: path, explanation: "a <script>alert(1)</script>")
    let page = scratch.file("audit.html")
    let outcome = try audit([path, "--html", page.path, "--endurance", "1e4"])
    #expect(outcome.status == 0 && outcome.errors.contains("wrote"))
    #expect(outcome.output.contains("of endurance"))
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>") && !html.contains("<script"))
    let quiet = try audit([path, "--html", page.path, "--quiet"])
    #expect(quiet.errors.isEmpty)
    let full = try audit([path, "--html", "/dev/full"])
    #expect(full.status == 74)
  }

  @Test(arguments: [["--endurance", "0"], ["--endurance", "nan"], ["--cells", "-1"]])
  func badOptions(options: [String]) async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    try await LedgerMaker.ledger(at: path, trains: 3)
    #expect(try audit([path] + options).status == 64)
  }

  /// A ledger can be audited while it is written.
  @Test func whileItIsWritten() async throws {
    let scratch = try Scratch()
    let path = scratch.file("ledger.sqlite").path
    try await LedgerMaker.ledger(at: path, trains: 5)
    let store = try await LedgerStore.open(path, genesis: nil)
    let outcome = try audit([path, "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let record = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let chain = (record as? [String: Any])?["chain"] as? [String: Any]
    #expect((chain?["writer"] as? String)?.contains("process") == true)
    try await store.close()
  }
}
