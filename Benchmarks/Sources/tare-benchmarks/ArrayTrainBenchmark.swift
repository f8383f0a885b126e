import DeviceContract
import Foundation
import SimulatedCrossbar

/// What the books cost of trains over whole arrays, against the simulator's time for the same trains.
struct ArrayTrainBenchmark {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    page.heading("Trains over arrays")
    page.text(
      """
      Target: the books cost at most 5 % of the simulator's time, which is that of one thread. \
      *Computing* is processor time of this process, commits included but for the waiting in them; it \
      hardly sees what else the machine does. *One by one* and *in batches* are times that pass from the call to the receipt, \
      commits to the disk included: two for each train, or two for each batch of \(settings.batch) \
      trains.
      """)
    for kind in Road.Kind.allCases {
      var rows: [[String]] = []
      var within = (computing: 0, single: 0, batched: 0)
      for entry in ArrayTrain.all where matches(entry) {
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

  private func matches(_ entry: ArrayTrain) -> Bool {
    settings.matching.isEmpty || entry.name.contains(settings.matching)
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
    let road = try await Road.metered(
      kind, size: entry.size, chip: folder, ledgers: folder, isTimed: true)
    let train = entry.train(on: road.simulator.capabilities)
    // The first train makes what the others find.
    try await road.fire([train], batch: 1)
    let once = try await Stopwatch.seconds { try await road.fire([train], batch: 1) }
    // Long enough to be measured, and whole batches.
    let batches = max(1, Int(settings.seconds / once) / settings.batch)
    let trains = Array(repeating: train, count: batches * settings.batch)
    var single: [Times] = []
    var batched: [Times] = []
    // A repeat that takes seconds needs no seven of them.
    for _ in 0..<(once * Double(trains.count) > 2 ? 3 : settings.repeats) {
      single.append(try await times(road, trains, batch: 1))
      batched.append(try await times(road, trains, batch: settings.batch))
    }
    try await road.close()
    try FileManager.default.removeItem(atPath: folder)
    return Result(
      simulator: Spread(single.map(\.simulator.processor)),
      passed: Spread(single.map(\.simulator.wall)),
      computing: Spread(single.map(\.books.processor)), single: Spread(single.map(\.books.wall)),
      batched: Spread(batched.map(\.books.wall)))
  }

  /// What one train took in the simulator and around it.
  private typealias Times = (simulator: Stopwatch, books: Stopwatch)

  private func times(_ road: Road, _ trains: [PulseTrain], batch: Int) async throws -> Times {
    _ = road.timed?.takeTime()
    let all = try await Stopwatch { try await road.fire(trains, batch: batch) }
    let simulator = road.timed?.takeTime() ?? Stopwatch(wall: 0, processor: 0)
    let count = Double(trains.count)
    return (simulator / count, (all - simulator) / count)
  }
}
