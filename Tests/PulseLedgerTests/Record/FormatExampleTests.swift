import DeviceContract
import Foundation
import PhysicalUnits
import Testing

@testable import PulseLedger

/// The page says what the program writes, byte by byte.
@Suite struct FormatExampleTests {
  private static let id = UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF") ?? UUID()
  private static let shape = PulseShape(
    amplitude: Volts(1.2), width: .nanoseconds(100), period: .microseconds(1))
  private static let region = CellRegion.whole(rows: 2, columns: 2)

  private static func intent(
    _ number: UInt64, _ pattern: PulseTrain.Pattern, _ cause: Cause, _ odometer: PulseTotals
  ) -> LedgerEntry.Content {
    .intent(
      LedgerEntry.Intent(
        number: number,
        train: PulseTrain(region: region, pattern: pattern, shape: shape, cause: cause), shape: 0,
        odometer: odometer))
  }

  /// The example as the page tells it, with the signature that stands there.
  private static func entries(signature: [UInt8], key: [UInt8]) -> [LedgerEntry] {
    // 2026-03-01T12:00:00Z.
    let start: Int64 = 1_772_366_400_000_000
    let contents: [(Int64, LedgerEntry.Content)] = [
      (
        0,
        .genesis(
          LedgerEntry.Genesis(
            level: .run, id: id, name: "example", tiles: 1, rows: 2, columns: 2,
            program: "tare 0.1.0"))
      ),
      (
        250_000,
        .connection(
          LedgerEntry.Connection(
            device: DeviceIdentity(model: "bench", serialNumber: "B-1", firmware: "1.0"),
            durability: .everyPulse,
            history: DeviceHistory(
              epoch: 7, last: 0, oldestKept: 1, pulses: PulseTotals(), clock: Seconds(1.5)),
            odometerDigest: [], baseline: [CellCounts(cells: 4)], host: "lab", process: 4242))
      ),
      (1_000_000, .shape(shape)),
      (1_000_100, intent(1, .alternating(pairs: 1000), .calibrate, PulseTotals())),
      (
        1_004_200,
        .outcome(
          LedgerEntry.Outcome(
            number: 1, source: .receipt, status: .fired, fired: PulseTotals(up: 4000, down: 4000),
            uncertain: 0, cells: nil, clock: 1_504_000_000, duration: 2_000_000,
            energy: 120_000_000, odometer: PulseTotals(up: 4000, down: 4000), readings: [],
            explanation: ""))
      ),
      (
        2_000_000,
        intent(2, .counts([1, -2, 0, 3]), .train, PulseTotals(up: 4000, down: 4000))
      ),
      (
        2_000_900,
        .outcome(
          LedgerEntry.Outcome(
            number: 2, source: .receipt, status: .partial, fired: PulseTotals(up: 2, down: 1),
            uncertain: 0, cells: CellCounts(up: [1, 0, 0, 1], down: [0, 1, 0, 0]),
            clock: 1_505_000_000, duration: 3_000, energy: 90_000,
            odometer: PulseTotals(up: 4002, down: 4001), readings: [], explanation: "stopped"))
      ),
      (3_000_000, .checkpoint(LedgerEntry.Checkpoint(publicKey: key, signature: signature))),
    ]
    return contents.map {
      LedgerEntry(time: LedgerTime(microseconds: start + $0.0), content: $0.1)
    }
  }

  @Test func theBytesOfThePageAreThoseOfTheProgram() throws {
    let example = try FormatExample()
    let checkpoint = try #require(example.records.last).body
    let key = Array(checkpoint.dropFirst(9).prefix(32))
    let entries = Self.entries(signature: Array(checkpoint.suffix(64)), key: key)
    #expect(example.records.count == entries.count)
    var hash = EntryChain.start
    for (place, (record, entry)) in zip(example.records, entries).enumerated() {
      #expect(record.name == "record \(place + 1): \(entry.content.kind)")
      #expect(Hexadecimal.text(record.body) == Hexadecimal.text(entry.bytes), "\(record.name)")
      #expect(try LedgerEntry(bytes: record.body, shapes: [Self.shape]) == entry)
      if case .checkpoint(let checkpoint) = entry.content {
        let message = LedgerSignature.message(ledger: Self.id, sequence: place, head: hash)
        #expect(message == example.message)
        #expect(LedgerSignature.isValid(checkpoint, of: message))
      }
      hash = EntryChain.hash(after: hash, sequence: place + 1, bytes: record.body)
      #expect(Hexadecimal.text(hash) == record.hash, "\(record.name)")
    }
    // And the ledger that they make is one.
    let state = LedgerState()
    for entry in entries { try state.append(entry) }
    #expect(state.tallies.values.map(\.counts.totals.all).sorted() == [3, 8000])
  }

  /// Every kind, cause, scheme, status and source is on the page by its number.
  @Test func thePageNamesEveryCode() throws {
    let page = try String(
      contentsOf: FormatExample.root.appendingPathComponent("docs/ledger-format.md"),
      encoding: .utf8)
    let lines = page.split(separator: "\n")
    for kind in EntryKind.allCases {
      #expect(lines.contains { $0.hasPrefix("| \(kind.rawValue) | \(kind) |") }, "\(kind)")
    }
    for cause in Cause.allCases {
      #expect(lines.contains { $0.hasPrefix("| \(cause.code) | \(cause.rawValue) |") })
    }
    for status in TrainOutcome.Status.allCases {
      let fields = try #require(
        lines.first {
          $0.hasPrefix("| \(status.code) | \(Cause(code: status.code)?.rawValue ?? "")")
        }
      ).split(separator: "|")
      #expect(fields[3].hasPrefix(" \(status.rawValue)"))
    }
  }
}
