import BoardDriver
import DeviceContract
import PulseLedger

/// Measures how fast a board takes trains.
struct BoardMeter {
  typealias Result = (rate: Spread, processor: Spread)

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  /// Trains a second, and seconds of the processor a train.
  func measure(
    _ device: BoardDevice, _ trains: [PulseTrain], _ metered: MeteredDevice? = nil, batch: Int,
    count: Int? = nil
  ) async throws -> Result {
    var trains = trains
    while trains.count < batch { trains += trains }
    if let count { trains = Array(trains.prefix(count)) }
    let batches = stride(from: 0, to: trains.count, by: batch).map {
      Array(trains[$0..<min(trains.count, $0 + batch)])
    }
    for trains in batches.prefix(4) { try await fire(trains, device, metered) }
    var times: [Stopwatch] = []
    for _ in 0..<settings.repeats {
      var fired = 0
      let start = Stopwatch.now
      repeat {
        for trains in batches { try await fire(trains, device, metered) }
        fired += trains.count
      } while (Stopwatch.now - start).wall < settings.seconds
      times.append((Stopwatch.now - start) / Double(fired))
    }
    return (Spread(times.map { 1 / $0.wall }), Spread(times.map(\.processor)))
  }

  private func fire(
    _ trains: [PulseTrain], _ device: BoardDevice, _ metered: MeteredDevice?
  ) async throws {
    if let metered {
      _ = try await metered.apply(trains)
      return
    }
    let number = try await device.history().last + 1
    for result in await device.apply(trains, from: number) { _ = try result.get() }
  }
}
