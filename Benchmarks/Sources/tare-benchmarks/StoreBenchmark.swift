import Crypto
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar

/// A ledger of millions of trains: its size, opening it, verifying it.
struct StoreBenchmark {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    page.heading("A large ledger")
    let folder = try settings.scratch.folder()
    let making = try await Stopwatch.seconds { try await make(folder) }
    let path = folder + "/ledger.sqlite"
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    let records = try LedgerReader(path).lastRecord()
    let million = Spread.grouped(Double(settings.trains) / 1e6, digits: 1)
    let count = Spread.grouped(Double(records), digits: 0)
    page.text(
      "\(million) million trains on single cells of a 64 x 64 array, in batches of 4,096: \(count) "
        + "records, an intent and an outcome each, written in \(text(making)) "
        + "(\(Spread.grouped(Double(settings.trains) / making, digits: 0)) trains a second).")
    page.target(
      "10 million single-cell trains take less than 2 GB",
      holds: Double(size) / Double(settings.trains) < 200,
      measured: "\(Spread.grouped(Double(size) / 1e6, digits: 1)) MB, "
        + "\(Spread.grouped(Double(size) / Double(records), digits: 1)) bytes a record")
    try processes(path, &page)
    try verify(path, records, &page)
    let opening = try await Stopwatch.seconds {
      try await LedgerStore.open(path, genesis: nil).close()
    }
    page.text(
      "Opening it to write, with its seal compared, and closing it with a new seal: \(text(opening))."
    )
    try FileManager.default.removeItem(atPath: folder)
  }

  /// Repeats of what goes over every record: that lasts long enough by itself where there are many.
  private var longRepeats: Int { settings.trains > 2_000_000 ? 1 : 3 }

  private func make(_ folder: String) async throws {
    let device = CountingDevice(
      like: try SimulatedCrossbar(
        SimulatorSettings(device: DeviceDescription(try Preset.named("reram-om")))
      ).capabilities)
    let session = try await LedgerSession.connect(
      device, home: LedgerHome(path: folder), run: Road.run(in: folder),
      program: "tare-benchmarks")
    let metered = MeteredDevice(device, journal: session.journal)
    let cells = SingleCellBenchmark.trains(on: device.capabilities)
    var left = settings.trains
    while left > 0 {
      _ = try await metered.apply(Array(cells.prefix(left)))
      left -= min(left, cells.count)
    }
    try await session.close(status: "finished")
  }

  private func processes(_ path: String, _ page: inout ResultsPage) throws {
    guard let tare = settings.tare else {
      let times = try (0..<settings.repeats).map { _ in
        try Stopwatch.seconds { _ = try LedgerTotals.of(path) }
      }
      page.text("Totals in process: \(Spread(times).text(in: .seconds)).")
      return
    }
    let start = Spread(
      try (0..<settings.repeats).map { _ in try Tool.seconds(of: [tare, "--version"]) })
    var rows = [["`tare --version`", start.text(in: .seconds), "1"]]
    var totals = Spread([0])
    let long = longRepeats
    for (words, repeats) in [
      (["ledger", "totals", path], settings.repeats),
      (["ledger", "show", path, "--last", "5"], settings.repeats),
      (["ledger", "verify", path], long), (["audit", path], long),
    ] {
      let times = Spread(
        try (0..<repeats).map { _ in try Tool.seconds(of: [tare] + words) })
      if words[1] == "totals" { totals = times }
      let name = words.map { $0 == path ? "FILE" : $0 }.joined(separator: " ")
      rows.append([
        "`tare \(name)`", times.text(in: .seconds),
        Spread.grouped(times.median / start.median, digits: 1),
      ])
    }
    page.text(
      "As processes, from start to end; the last column is against a start that does nothing:")
    page.table(["command", "time", "ratio"], rows)
    page.target(
      "totals of the large ledger within 1 s", holds: totals.median < 1,
      measured: totals.text(in: .seconds))
  }

  private func verify(_ path: String, _ records: Int, _ page: inout ResultsPage) throws {
    var isWhole = true
    let times = try (0..<longRepeats).map { _ in
      try Stopwatch.seconds { isWhole = try LedgerVerification.verify(path).isWhole && isWhole }
    }
    let hashing = Self.hashing(records: min(records, 1_000_000)) * Double(records)
    let rate = Spread(times).map { Double(records) / $0 }
    page.text(
      "Verifying in process: \(rate.text(in: .rate)), \(isWhole ? "and all is well" : "AND IT FAILS"); "
        + "\(Spread.grouped(Spread(times).median / hashing, digits: 1)) times what SHA-256 alone takes "
        + "for so many records.")
    page.target(
      "300,000 records verified a second", holds: rate.median >= 300_000,
      measured: rate.text(in: .rate))
  }

  /// Seconds that hashing one record of usual length takes, the hash before it included.
  private static func hashing(records: Int) -> Double {
    var message = [UInt8](repeating: 0, count: 80)
    let time = Stopwatch.seconds {
      for _ in 0..<records {
        let digest = SHA256.hash(data: message)
        digest.withUnsafeBytes { bytes in
          message.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        }
      }
    }
    return time / Double(records)
  }

  private func text(_ seconds: Double) -> String { Spread([seconds]).text(in: .seconds) }
}
