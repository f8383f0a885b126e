import DeviceContract
import SimulatedCrossbar

/// How many trains on single cells pass the books in a second, with every commit durable.
struct SingleCellBenchmark {
  private static let size = 64
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    page.heading("Trains on single cells")
    page.text(
      "Pulses one at a time on the cells of a 64 x 64 array, half-select exposures included; trains a "
        + "second from end to end, with two durable commits a batch in each ledger that decides.")
    var rows: [[String]] = []
    var slowest = Double.infinity
    for kind in Road.Kind.allCases {
      let bare = try await rate(
        .bare(kind, size: Self.size, chip: try settings.scratch.folder()), batch: 1)
      var row = [kind.name, bare.text(in: .rate)]
      for batch in [256, 1024, 4096] {
        let rate = try await rate(
          .metered(
            kind, size: Self.size, chip: try settings.scratch.folder(),
            ledgers: try settings.scratch.folder()), batch: batch)
        row.append(rate.text(in: .rate))
        if batch > 256 { slowest = min(slowest, rate.median) }
      }
      rows.append(row)
    }
    page.table(["", "simulator alone", "batches of 256", "1,024", "4,096"], rows)
    page.target(
      "30,000 single-cell trains a second with group commit", holds: slowest >= 30_000,
      measured: Spread.grouped(slowest, digits: 0)
        + "/s in batches of 1,024 and more, the slower way")
  }

  private func rate(_ road: Road, batch: Int) async throws -> Spread {
    let trains = Self.trains(on: road.simulator.capabilities)
    let rounds = max(1, Int(settings.seconds / 0.15))
    try await road.fire(trains, batch: batch)
    var rates: [Double] = []
    for _ in 0..<settings.repeats {
      let time = try await Stopwatch.seconds {
        for _ in 0..<rounds { try await road.fire(trains, batch: batch) }
      }
      rates.append(Double(rounds * trains.count) / time)
    }
    try await road.close()
    return Spread(rates)
  }

  /// One pulse for each cell, in turn up and down.
  static func trains(on device: Capabilities) -> [PulseTrain] {
    (0..<device.rows * device.columns).map { cell in
      PulseTrain(
        region: .cell(row: Row(cell / device.columns), column: Column(cell % device.columns)),
        pattern: .uniform(cell.isMultiple(of: 2) ? .up : .down, count: 1),
        shape: device.nominalShape, cause: .program)
    }
  }
}
