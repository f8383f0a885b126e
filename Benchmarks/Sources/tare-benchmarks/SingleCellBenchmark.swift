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
      """
      Pulses one at a time on the cells of a 64 x 64 array, half-select exposures included; trains a \
      second from end to end, with two durable commits a batch. The last column is the processor time \
      of this process for a train in batches of 4,096, simulator included.
      """)
    var rows: [[String]] = []
    var slowest = Double.infinity
    for kind in Road.Kind.allCases {
      let bare = try await measure(
        .bare(kind, size: Self.size, chip: try settings.scratch.folder()), batch: 1)
      var row = [kind.name, bare.rate.text(in: .rate)]
      var computing = bare.computing
      for batch in [256, 1024, 4096] {
        let result = try await measure(
          .metered(
            kind, size: Self.size, chip: try settings.scratch.folder(),
            ledgers: try settings.scratch.folder()), batch: batch)
        row.append(result.rate.text(in: .rate))
        computing = result.computing
        if batch > 256 { slowest = min(slowest, result.rate.median) }
      }
      rows.append(row + [computing.text(in: .microseconds)])
    }
    page.table(
      ["", "simulator alone", "batches of 256", "1,024", "4,096", "processor a train"], rows)
    page.target(
      "30,000 single-cell trains a second with group commit", holds: slowest >= 30_000,
      measured: Spread.grouped(slowest, digits: 0)
        + "/s in the slowest of the columns for 1,024 and 4,096")
  }

  private func measure(
    _ road: Road, batch: Int
  ) async throws -> (rate: Spread, computing: Spread) {
    let trains = Self.trains(on: road.simulator.capabilities)
    let rounds = max(1, Int(settings.seconds / 0.1))
    try await road.fire(trains, batch: batch)
    var times: [Stopwatch] = []
    for _ in 0..<settings.repeats {
      let time = try await Stopwatch {
        for _ in 0..<rounds { try await road.fire(trains, batch: batch) }
      }
      times.append(time / Double(rounds * trains.count))
    }
    try await road.close()
    return (Spread(times.map { 1 / $0.wall }), Spread(times.map(\.processor)))
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
