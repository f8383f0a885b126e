import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Synchronization
import Testing

@testable import Calibration

/// Several campaigns at once, on devices of their own.
@Suite struct CalibrationScheduleTests {
  private static func simulator(seed: UInt64) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.seed) = (16, 16, seed)
    return try SimulatedCrossbar(settings)
  }

  private static func search(_ part: Double, on device: MeteredDevice) async throws
    -> any SymmetricPointSearch
  {
    try await CalibrationPlanner(try PlannerTests.expectation("low-noise"), tolerance: .part(part))
      .plan(on: device, region: device.capabilities.whole()).search
  }

  private static func job(
    _ name: String, _ part: Double, on device: MeteredDevice
  ) async throws -> ScheduledJob<SearchResult> {
    let search = try await search(part, on: device)
    return ScheduledJob(name, on: device) {
      try await search.run(on: $0, region: $0.capabilities.whole()) { _ in }
    }
  }

  /// What each finds are the bits that it finds alone.
  @Test func eachFindsWhatItFindsAlone() async throws {
    let wanted: [(seed: UInt64, part: Double)] = [(1, 0.02), (2, 0.03), (3, 0.05)]
    var alone: [[SymmetricPointEstimate]] = []
    for (seed, part) in wanted {
      let device = MeteredDevice(try Self.simulator(seed: seed))
      let search = try await Self.search(part, on: device)
      alone.append(
        try await search.run(on: device, region: device.capabilities.whole()) { _ in }.estimates)
    }
    var jobs: [ScheduledJob<SearchResult>] = []
    for (seed, part) in wanted {
      jobs.append(
        try await Self.job("\(seed)", part, on: MeteredDevice(try Self.simulator(seed: seed))))
    }
    for atOnce in [nil, 2] {
      // Searches are values; devices are not.
      if atOnce != nil {
        jobs = []
        for (seed, part) in wanted {
          jobs.append(
            try await Self.job("\(seed)", part, on: MeteredDevice(try Self.simulator(seed: seed))))
        }
      }
      let endings = await CalibrationSchedule(atOnce: atOnce).run(jobs)
      #expect(endings.map { $0.result?.estimates } == alone)
    }
  }

  /// A board that is gone after ten trains costs the others nothing, and keeps what was measured on it.
  @Test func oneBoardVanishes() async throws {
    let lost = VanishingDevice(try Self.simulator(seed: 4), after: 10)
    let atOnce = VanishingDevice(try Self.simulator(seed: 4), after: -1)
    let well = MeteredDevice(try Self.simulator(seed: 5))
    let endings = await CalibrationSchedule().run([
      try await Self.job("lost", 0.02, on: MeteredDevice(lost)),
      try await Self.job("well", 0.02, on: well),
      try await Self.job("never there", 0.02, on: MeteredDevice(atOnce)),
    ])
    let partial = try #require(endings[0].result)
    #expect(partial.stoppedBy?.code == .linkLost)
    // The probe was read, and at most every train after it.
    #expect(partial.estimates.allSatisfy { $0.pulses > 0 })
    #expect((3...11).contains(partial.course.count))
    let whole = try #require(endings[1].result)
    #expect(whole.stoppedBy == nil && whole.count(of: .converged) > 250)
    guard case .failed(let error) = endings[2] else {
      Issue.record("a board that was never there has a result")
      return
    }
    #expect((error as? DeviceError)?.code == .linkLost)
    #expect(await lost.parked > 0)
    #expect(await atOnce.parked > 0)
  }

  /// One at a time begin by priority, and equal ones in the order given.
  @Test func priorityComesFirst() async {
    let begun = Mutex<[Int]>([])
    let jobs = [0, 2, 1, 2, -1].enumerated().map { place, priority in
      ScheduledJob<Int>("\(place)", priority: priority) {
        begun.withLock { $0.append(place) }
        return place
      }
    }
    let endings = await CalibrationSchedule(atOnce: 1).run(jobs)
    #expect(begun.withLock { $0 } == [1, 3, 2, 0, 4])
    #expect(endings.map(\.result) == [0, 1, 2, 3, 4])
  }

  /// Never more than so many at once; the first two wait for each other, so that two there are.
  @Test(.timeLimit(.minutes(1))) func soManyAtOnceAndNoMore() async {
    let running = Mutex((now: 0, most: 0))
    let both = AsyncStream.makeStream(of: Void.self)
    let jobs = (0..<6).map { place in
      ScheduledJob<Void>("\(place)") {
        let now = running.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
          return $0.now
        }
        if now == 2 { both.continuation.finish() }
        for await _ in both.stream {}
        running.withLock { $0.now -= 1 }
      }
    }
    _ = await CalibrationSchedule(atOnce: 2).run(jobs)
    #expect(running.withLock { $0.most } == 2)
  }

  /// A cancel parks what runs, keeps what was measured, and begins nothing more.
  @Test func aCancelStopsAll() async throws {
    let devices = [
      VanishingDevice(try Self.simulator(seed: 6), after: .max),
      VanishingDevice(try Self.simulator(seed: 7), after: .max),
    ]
    let region = devices[0].capabilities.whole()
    var jobs: [ScheduledJob<SearchResult>] = []
    let (began, said) = AsyncStream.makeStream(of: Void.self)
    for device in devices {
      let metered = MeteredDevice(device)
      let search = try await Self.search(0.002, on: metered)
      jobs.append(
        ScheduledJob("", on: metered) {
          try await search.run(on: $0, region: region) {
            guard $0.reads == 5 else { return }
            said.yield()
            // The cancel ends it: a search that is done before cannot be stopped.
            try? await Task.sleep(for: .seconds(60))
          }
        })
    }
    jobs.append(ScheduledJob("never") { throw DeviceError.refused("it was begun") })
    let waiting = jobs
    let task = Task { await CalibrationSchedule(atOnce: 2).run(waiting) }
    var steps = began.makeAsyncIterator()
    for _ in devices { await steps.next() }
    task.cancel()
    let endings = await task.value
    for (ending, device) in zip(endings, devices) {
      #expect(ending.result?.stoppedBy?.code == .interrupted, "\(ending)")
      #expect(ending.result?.reads ?? 0 >= 5)
      #expect(await device.parked > 0)
    }
    guard case .notBegun = endings[2] else {
      Issue.record("a campaign was begun after the cancel")
      return
    }
  }
}
