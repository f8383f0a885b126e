import ArgumentParser
import Foundation

/// Measures what accounting for every pulse costs, how fast boards are driven and how fast networks are trained, a page of
/// results each.
///
/// Targets are printed with what was measured. A missed one is told and fails nothing: the times of a
/// machine that others use too are no verdict on a commit.
@main
struct TareBenchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tare-benchmarks",
    abstract:
      "Measures what accounting for every pulse costs, and how fast boards are driven and networks trained."
  )

  /// A page of results.
  enum Page: String, ExpressibleByArgument, CaseIterable {
    case ledger, board, usb, training

    var title: String {
      switch self {
      case .ledger: "What accounting costs"
      case .board: "How fast boards are driven"
      case .usb: "How fast boards on USB are driven"
      case .training: "How fast networks are trained"
      }
    }
  }

  @Option(help: "What to measure: ledger, board, usb or training.")
  var page = Page.ledger

  @Flag(help: "Short repeats and a store of 100,000 trains: a look within a minute.")
  var quick = false

  @Option(help: "Single-cell trains in the large store.")
  var trains: Int?

  @Option(
    help:
      "Which parts to run: arrays, cells, store; or terminal, native, trips, books, faults, rate, qemu; or epoch, link."
  )
  var only: [String] = []

  @Option(help: "A part of the names of the array trains to fire, such as \"count map\".")
  var matching: String?

  @Option(help: "The page to write; without it the results are only printed.")
  var out: String?

  @Option(help: "The folder for ledgers, which are deleted afterwards.")
  var folder: String = FileManager.default.temporaryDirectory.path

  @Option(help: "The program that is timed as a process.")
  var tare: String?

  func run() async throws {
    let scratch = try ScratchFolder(in: folder)
    let settings = BenchmarkSettings(
      repeats: quick ? 3 : 7, seconds: quick ? 0.05 : 0.3, batch: quick ? 4 : 16,
      matching: matching ?? (quick ? "64 x 64" : ""),
      trains: trains ?? (quick ? 100_000 : 10_000_000), scratch: scratch, tare: tare,
      only: only)
    var page = ResultsPage()
    page.heading(self.page.title)
    page.text(try Machine.description())
    let disk = try DiskProbe.measure(in: scratch.path, repeats: quick ? 200 : 1000)
    page.text(
      "A write of 4 KB with its fdatasync takes \(disk.text(in: .microseconds)) on the disk that the "
        + "ledgers are on. Medians; in brackets the least and the most of the repeats.")
    switch self.page {
    case .ledger:
      if settings.runs("arrays") { try await ArrayTrainBenchmark(settings).run(&page) }
      if settings.runs("cells") { try await SingleCellBenchmark(settings).run(&page) }
      if settings.runs("store") { try await StoreBenchmark(settings).run(&page) }
    case .board: try await BoardBenchmark(settings).run(&page)
    case .usb: try await USBBenchmark(settings).run(&page)
    case .training: try await TrainingBenchmark(settings).run(&page)
    }
    if let out { try page.markdown.write(toFile: out, atomically: true, encoding: .utf8) }
  }
}
