import DeviceContract
import SimulatedCrossbar

/// What the books cost of trains over whole arrays, against the same trains on the bare simulator.
///
/// The bare and the metered devices take turns within a repeat, so that whatever else the machine does
/// meets both, and costs are differences within a repeat.
struct ArrayTrainBenchmark {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    page.heading("Trains over arrays")
    page.text(
      """
      Target: the books cost at most 5 % of the simulator's time, which is that of one thread. \
      *Computing* is processor time of this process: it has no waiting in it, and hardly sees what else \
      the machine does. *One by one* and *in batches* are times that pass from the call to the receipt, \
      commits to the disk included: two for each train, or two for each batch of \(settings.batch) \
      trains.
      """)
    for kind in Road.Kind.allCases {
      var rows: [[String]] = []
      var within = (computing: 0, single: 0, batched: 0)
      for entry in ArrayTrain.all where entry.name.contains(settings.matching) {
        let result = try await measure(entry, kind)
        rows.append([
          entry.name, result.simulator.text(in: .microseconds),
          cell(result.computing, result.simulator), cell(result.single, result.passed),
          cell(result.batched, result.passed),
        ])
        within.computing += isWithin(result.computing, result.simulator)
        within.single += isWithin(result.single, result.passed)
        within.batched += isWithin(result.batched, result.passed)
      }
      page.text("On a \(kind.name): µs a train, and what the books add to it in µs and in %.")
      page.table(["train", "simulator", "computing", "one by one", "in batches"], rows)
      page.target(
        "at most 5 % for array trains",
        holds: min(within.computing, within.single, within.batched) == rows.count,
        measured: "of \(rows.count) trains \(within.computing) are within it by computing, "
          + "\(within.single) one by one and \(within.batched) in batches")
    }
  }

  private func isWithin(_ cost: Spread, _ simulator: Spread) -> Int {
    cost.median <= 0.05 * simulator.median ? 1 : 0
  }

  private func cell(_ cost: Spread, _ simulator: Spread) -> String {
    let percent = Spread.grouped(100 * cost.median / simulator.median, digits: 1)
    return "\(cost.text(in: .microseconds)), **\(percent) %**"
  }

  /// Seconds a train, one value a repeat.
  private struct Result {
    /// The simulator, by the processor and by the clock.
    var simulator: Spread, passed: Spread
    /// What the books add.
    var computing: Spread, single: Spread, batched: Spread
  }

  private func measure(_ entry: ArrayTrain, _ kind: Road.Kind) async throws -> Result {
    let folder = try settings.scratch.folder()
    let bare = try Road.bare(kind, size: entry.size, chip: folder)
    let single = try await Road.metered(
      kind, size: entry.size, chip: folder, ledgers: try settings.scratch.folder())
    let batched = try await Road.metered(
      kind, size: entry.size, chip: folder, ledgers: try settings.scratch.folder())
    let train = entry.train(on: bare.simulator.capabilities)
    // The first train of each makes what the others find.
    for road in [bare, single, batched] { try await road.fire([train], batch: 1) }
    let once = try await Stopwatch.seconds { try await bare.fire([train], batch: 1) }
    // Long enough to be measured, and whole batches.
    let batches = max(1, Int(settings.seconds / once) / settings.batch)
    let trains = Array(repeating: train, count: batches * settings.batch)
    let count = Double(trains.count)
    var times: (bare: [Stopwatch], single: [Stopwatch], batched: [Stopwatch]) = ([], [], [])
    // A repeat that takes seconds needs no seven of them.
    for _ in 0..<(once * count > 2 ? 3 : settings.repeats) {
      times.bare.append(try await Stopwatch { try await bare.fire(trains, batch: 1) } / count)
      times.single.append(try await Stopwatch { try await single.fire(trains, batch: 1) } / count)
      times.batched.append(
        try await Stopwatch { try await batched.fire(trains, batch: settings.batch) } / count)
    }
    try await single.close()
    try await batched.close()
    func costs(_ metered: [Stopwatch], _ time: (Stopwatch) -> Double) -> Spread {
      Spread(zip(metered, times.bare).map { time($0) - time($1) })
    }
    return Result(
      simulator: Spread(times.bare.map(\.processor)), passed: Spread(times.bare.map(\.wall)),
      computing: costs(times.single, \.processor), single: costs(times.single, \.wall),
      batched: costs(times.batched, \.wall))
  }
}
