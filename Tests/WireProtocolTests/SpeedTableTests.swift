import ByteCoding
import Foundation
import Testing

@testable import WireProtocol

/// The tables of sizes and speeds in the specification are those of the layouts.
@Suite struct SpeedTableTests {
  /// The rows of the tables below a heading, without those of headings and lines.
  static func rows() throws -> [String: [String]] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("Firmware-protocol/SPECIFICATION.md"),
      encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## 11. Sizes and speeds\n").last)
    var rows: [String: [String]] = [:]
    for line in section.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      rows[cells[0]] = Array(cells.dropFirst())
    }
    return rows
  }

  /// Bytes on the wire, where no byte is a zero and COBS adds the least that it can.
  static func wire(_ payload: some WirePayload) -> Int {
    let plain = payload.bytes.count + Wire.frameOverhead
    return COBS.bound(plain - 1) + 2
  }

  static func cells(_ count: Int) -> Int {
    wire(
      Wire.Cells(
        first: 1, notAfter: 0, envelope: 1, isChained: 0, profile: 0, scheme: .halfVoltage, tile: 0,
        cells: Array(
          repeating: Wire.CellPulses(row: 0, column: 0, count: 1, digest: 0), count: count)))
  }

  static let fired = wire(Wire.Fired(first: 1, count: 1, up: 0, down: 0, clock: 0))
  static let outcome = wire(
    Wire.Outcome(
      first: 1, up: 0, down: 0, clock: 0,
      outcomes: [
        Wire.TrainOutcome(
          status: .fired, reason: .none, digest: 0, steps: 1, uncertainSteps: 0, up: 1, down: 0,
          uncertain: 0, duration: 0, energy: 0)
      ]))

  @Test func sizes() throws {
    let rows = try Self.rows()
    let train = Wire.Train(
      kind: .up, profile: 0, scheme: .halfVoltage, tile: 0, row: 0, rows: 1, column: 0, columns: 1,
      count: 1, readEvery: 0, averages: 0, patternBytes: 0, digest: 0)
    let sizes = [
      "CELLS, 1 train": Self.cells(1),
      "CELLS, 47 trains: frames of 512 bytes": Self.cells(47),
      "CELLS, 255 trains: frames of 2,585 bytes and more": Self.cells(255),
      "TRAINS, 1 train on any region": Self.wire(
        Wire.Trains(first: 1, notAfter: 0, envelope: 1, isChained: 0, trains: [train])),
      "FIRED, any number of trains": Self.fired, "OUTCOME, 1 train": Self.outcome,
      "PING": Self.wire(Wire.Ping(isGap: 0, tag: 0)),
      "STATUS": Self.wire(
        Wire.Status(
          tag: 0, isGap: 0, isArmed: 0, reason: .none, creditBytes: 0, creditPattern: 0, done: 0,
          clock: 0)),
    ]
    for (name, size) in sizes { #expect(rows[name]?.first == "\(size)", "\(name)") }
    #expect(rows["CELLS, 255 trains: frames of 2,585 bytes and more"]?.last == "10.18")
    #expect(Self.cells(47) <= 512 + 4 && Self.cells(48) > 512 + 4)
  }

  @Test(arguments: [
    ("115200 baud", 11_520), ("921600 baud", 92_160), ("3 Mbaud", 300_000),
    ("USB full speed, bulk", 19 * 64 * 1000), ("USB high speed, bulk", 13 * 512 * 8000),
  ])
  func speeds(line: String, rate: Int) throws {
    let rates = [
      rate, rate / max(Self.cells(1), Self.fired), rate * 47 / Self.cells(47),
      rate * 255 / Self.cells(255), rate / Self.outcome,
    ]
    let row = try #require(try Self.rows()[line])
    #expect(row.map { Int($0.replacing(",", with: "")) } == rates)
  }
}
