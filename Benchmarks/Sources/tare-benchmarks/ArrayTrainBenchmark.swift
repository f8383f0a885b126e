import DeviceContract
import Foundation
import SimulatedCrossbar

/// What the books cost of trains over whole arrays, against the same trains on the bare simulator.
///
/// The bare and the metered devices take turns within a repeat, so that whatever else the machine does
/// meets both, and costs are differences within a repeat.
struct ArrayTrainBenchmark {
  /// Trains that share their commits in the column for batches.
  private static let batch = 16
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    page.heading("Trains over arrays")
    page.text(
      """
      Target: the books cost at most 5 % of the simulator's time, on one thread. *One by one* commits \
      twice a train, before and after it; *batches* are of \(Self.batch) trains, which share two \
      commits. *In memory* has the ledgers in memory and fires one by one: what is left without the \
      disk, so that the difference to *one by one* is the waiting for it.
      """)
    var held: [String] = []
    var missed: [String] = []
    for kind in Road.Kind.allCases {
      var rows: [[String]] = []
      for entry in ArrayTrain.all {
        let result = try await measure(entry, kind)
        rows.append(
          [entry.name, result.bare.text(in: .microseconds)]
            + [result.single, result.batched, result.inMemory].map { result.cost($0) })
        for (name, times) in [("one by one", result.single), ("in batches", result.batched)] {
          let share = result.share(times).median
          if share <= 5 {
            held.append("\(entry.name), \(name)")
          } else {
            missed.append("\(entry.name), \(name)")
          }
        }
      }
      page.text("A train in µs on a \(kind.name), and what the books add:")
      page.table(["train", "simulator", "one by one", "batches", "in memory"], rows)
    }
    page.target(
      "at most 5 % for array trains", holds: missed.isEmpty,
      measured: "\(held.count) of \(held.count + missed.count) cases are within it")
  }

  /// Seconds a train, one value a repeat.
  private struct Result {
    var bare = Spread([]), single = Spread([]), batched = Spread([]), inMemory = Spread([])

    func share(_ metered: Spread) -> Spread { metered.map { 100 * $0 / bare.median } }

    func cost(_ metered: Spread) -> String {
      let percent = Spread.grouped(100 * metered.median / bare.median, digits: 1)
      return "\(metered.text(in: .microseconds)), **\(percent) %**"
    }
  }

  private func measure(_ entry: ArrayTrain, _ kind: Road.Kind) async throws -> Result {
    let chips = try settings.scratch.folder()
    let memory = try ScratchFolder(in: Self.memory)
    let bare = try Road.bare(kind, size: entry.size, chip: chips)
    var roads: [(road: Road, batch: Int)] = []
    for (ledgers, batch) in [
      (try settings.scratch.folder(), 1), (try settings.scratch.folder(), Self.batch),
      (memory.path, 1),
    ] {
      roads.append(
        (
          try await Road.metered(kind, size: entry.size, chip: chips, ledgers: ledgers), batch
        ))
    }
    let train = entry.train(on: bare.simulator.capabilities)
    // Long enough to be measured, and whole batches.
    _ = try await bare.fire([train], batch: 1)
    let once = try await Stopwatch.seconds { try await bare.fire([train], batch: 1) }
    let batches = max(1, Int(settings.seconds / once) / Self.batch)
    let trains = Array(repeating: train, count: batches * Self.batch)
    for (road, batch) in roads { try await road.fire(Array(trains.prefix(batch)), batch: batch) }
    var times: [Double] = []
    var costs: [[Double]] = roads.map { _ in [] }
    for _ in 0..<settings.repeats {
      let count = Double(trains.count)
      let reference = try await Stopwatch.seconds { try await bare.fire(trains, batch: 1) } / count
      times.append(reference)
      for (place, (road, batch)) in roads.enumerated() {
        let time = try await Stopwatch.seconds { try await road.fire(trains, batch: batch) }
        costs[place].append(time / count - reference)
      }
    }
    for (road, _) in roads { try await road.close() }
    return Result(
      bare: Spread(times), single: Spread(costs[0]), batched: Spread(costs[1]),
      inMemory: Spread(costs[2]))
  }

  /// A folder whose files never meet a disk, or the folder for temporary ones where there is none.
  private static var memory: String {
    FileManager.default.fileExists(atPath: "/dev/shm")
      ? "/dev/shm" : FileManager.default.temporaryDirectory.path
  }
}
