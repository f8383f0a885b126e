import DeviceContract
import Foundation
import Testing

@testable import PulseLedger
@testable import Reporting

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct AuditReportTests {
  /// A ledger whose device agrees at its end, with a refusal that says something.
  private func report(
    _ explanation: String = "over the budget", trains: Int = 40, refusals: Int = 1,
    endurance: Double? = nil
  ) async throws -> AuditReport {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis(.chip)
    let store = try await LedgerStore.open(path, genesis: genesis)
    let counts = try await LedgerBench.fill(store, genesis, trains: trains, seed: 5)
    let train = LedgerBench.train(.uniform(.up, count: 7), on: .cell(row: 1, column: 2))
    for _ in 0..<refusals {
      try await store.refuse(TrainRefusal(train: train, explanation: explanation, time: Date()))
    }
    try await store.append(
      .disconnection(
        LedgerEntry.Disconnection(
          status: "finished", history: nil, odometerDigest: [], agrees: true,
          pulses: counts.reduce(PulseTotals()) { $0 + $1.totals })))
    try await store.close()
    return AuditReport(try LedgerAudit.of(path), endurance: endurance)
  }

  /// The texts of all cells of a page's tables, by their heading.
  private final class Tables: NSObject, XMLParserDelegate {
    var rows: [String: [[String]]] = [:]
    var elements: [String] = []
    var headings = 0, columns = 0, captions = 0
    private var title = ""
    private var text = ""
    private var row: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append(name)
      if name == "tr" { row = [] }
      if name == "th" && attributes["scope"] == "col" { columns += 1 }
      text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      switch name {
      case "h2":
        title = text
        headings += 1
      case "caption": captions += 1
      case "th", "td": row.append(text)
      case "tr": rows[title, default: []].append(row)
      default: break
      }
    }
  }

  private func tables(_ html: String) throws -> Tables {
    let parser = XMLParser(data: Data(html.utf8))
    let tables = Tables()
    parser.delegate = tables
    #expect(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    return tables
  }

  @Test func everyFormTellsTheSameFigures() async throws {
    let report = try await report(endurance: 1e4)
    let page = try tables(report.html)
    let text = report.text
    #expect(text.split(separator: "\n").first?.hasSuffix(": balances") == true)
    for section in report.sections {
      let rows = try #require(page.rows[section.title])
      #expect(rows.first == section.columns.map(\.heading))
      #expect(Array(rows.dropFirst()) == section.rows.map { $0.map { $0 } })
      for row in section.rows {
        // In text the columns are apart by two spaces or more.
        let line = text.split(separator: "\n").first { line in
          row.allSatisfy { $0.isEmpty || line.contains(TerminalText.printable($0)) }
        }
        #expect(line != nil, "\(row) is not in the text")
      }
    }
    // And the JSON has the numbers that the tables show with their thousands apart.
    let data = try JSONText.encode(report.record)
    let record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let total = try #require(record["total"] as? [String: Any])
    let commanded = try #require(total["commanded"] as? [String: Int])
    let fired = try #require(total["fired"] as? [String: Int])
    let all = (commanded["up"] ?? 0) + (commanded["down"] ?? 0)
    let shown = page.rows["Pulses"]?.map { $0.map { $0.replacing(",", with: "") } } ?? []
    #expect(
      shown.contains([
        "commanded", "\(commanded["up"] ?? 0)", "\(commanded["down"] ?? 0)", "\(all)",
      ]))
    #expect(shown.contains { $0.first == "fired" && $0[1] == "\(fired["up"] ?? 0)" })
    #expect(shown.contains(["not fired", "", "", "\(record["notFired"] as? Int ?? -1)"]))
    let hottest = try #require((record["hottest"] as? [[String: Any]])?.first)
    let cell = ["tile", "row", "column", "up", "down"].map { "\(hottest[$0] as? Int ?? -1)" }
    #expect(page.rows["Hottest cells"]?[1].prefix(5).map { $0.replacing(",", with: "") } == cell)
    // Sums of the cells are the sums of the trains.
    let tiles = try #require(record["tiles"] as? [[String: [Int]]])
    #expect(tiles.reduce(0) { $0 + ($1["up"] ?? []).reduce(0, +) } == fired["up"])
    #expect(tiles.reduce(0) { $0 + ($1["down"] ?? []).reduce(0, +) } == fired["down"])
  }

  @Test func aPageIsWellFormedAndWholeByItself() async throws {
    let html = try await report("<script>alert('1')</script> & \"more\" \u{1}").html
    let page = try tables(html)
    #expect(!page.elements.contains("script") && !page.elements.contains("link"))
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
    // Nothing is loaded from elsewhere; the one address is the name of the SVG language.
    let addresses = html.replacing("http://www.w3.org/2000/svg", with: "")
    #expect(!addresses.contains("http") && !addresses.contains("url("))
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(html.contains("prefers-color-scheme:dark") && html.contains("@media print"))
    #expect(page.elements.count { $0 == "h1" } == 1)
    #expect(page.elements.count { $0 == "svg" } == 4)
    #expect(page.captions == page.elements.count { $0 == "table" } && page.columns > 20)
  }

  @Test func longListsSayWhatIsLeftOut() async throws {
    let report = try await report(refusals: 1_203)
    #expect(report.text.contains("... and 1,183 more"))
    #expect(report.html.contains("... and 203 more"))
    let data = try JSONText.encode(report.record)
    let record = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    #expect((record?["refusals"] as? [Any])?.count == 1_203)
  }

  @Test func anEmptyLedgerHasAReportToo() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    try await LedgerStore.open(path, genesis: LedgerBench.genesis()).close()
    let report = AuditReport(try LedgerAudit.of(path), endurance: 1e6)
    #expect(report.audit.balances && report.text.contains(": balances"))
    _ = try tables(report.html)
    #expect(report.html.contains("No cell has seen a pulse"))
  }

  @Test(arguments: [
    (0.004, "0.40 %"), (0.00001, "< 0.01 %"), (0, "0.00 %"), (1, "100.00 %"),
    (12.345, "1,234.50 %"),
    (0.9999, "99.99 %"),
  ])
  func shares(share: Double, text: String) {
    #expect(AuditReport.percent(share) == text)
  }
}

@Suite struct GrowingFileTests {
  @Test func aFileIsThereWhenItIsFinished() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/long.txt"
    try OutputFile.write("before", to: path)
    do {
      let file = try GrowingFile(path)
      try file.append(String(repeating: "x", count: 200_000))
    }
    // Given up half-way: the file is as it was, and nothing is left behind.
    #expect(folder.content == ["long.txt"] && folder.read("long.txt") == "before")
    let file = try GrowingFile(path)
    for line in 0..<50_000 { try file.append("\(line)\n") }
    try file.finish()
    #expect(folder.content == ["long.txt"])
    #expect(folder.read("long.txt") == (0..<50_000).map { "\($0)\n" }.joined())
  }

  @Test func failuresAreNamed() throws {
    let full = try GrowingFile("/dev/full")
    try full.append("a")
    let error = #expect(throws: ReportingError.self) { try full.finish() }
    #expect(error?.code == .diskFull)
    #expect(throws: ReportingError.self) { _ = try GrowingFile("/nowhere/a.txt") }
    #expect(throws: ReportingError.self) { _ = try GrowingFile("/") }
  }
}
