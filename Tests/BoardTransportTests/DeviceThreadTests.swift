import BoardTransport
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct DeviceThreadTests {
  /// An actor on a thread of its own.
  actor Device {
    let thread: DeviceThread
    var seen: [Int] = []
    var stream: (any ByteTransport)?
    var calls = 0
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ name: String = "test") throws { thread = try DeviceThread(name: name) }

    func note(_ number: Int) { seen.append(number) }
    func isOnItsThread() -> Bool { thread.isCurrent }

    /// Tasks that are made in an actor are enqueued one after the other.
    func enqueue(_ numbers: Range<Int>) {
      for number in numbers { Task { self.note(number) } }
    }

    /// Counts the calls of the service in ``calls`` and has it do what `body` says.
    func serve(_ body: @escaping @Sendable (isolated Device) -> DeviceThread.Pause) {
      thread.serve { [weak self] in
        self?.assumeIsolated { device in
          device.calls += 1
          return body(device)
        } ?? DeviceThread.Pause()
      }
    }

    func open(_ end: PipeEnd) { stream = end.open() }
    func noteCalls() { seen.append(calls) }
    func enqueueCallCounts(_ count: Int) { for _ in 0..<count { Task { self.noteCalls() } } }
  }

  /// The names of the threads of this process.
  static func threads() -> [String] {
    let folder = "/proc/self/task"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.compactMap { number in
      (try? String(contentsOfFile: "\(folder)/\(number)/comm", encoding: .utf8))?
        .trimmingCharacters(in: .newlines)
    }
  }

  @Test func jobsRunOnTheThreadInOrder() async throws {
    let device = try Device("in-order")
    #expect(await device.isOnItsThread())
    #expect(!device.thread.isCurrent)
    #expect(Self.threads().contains("in-order"))
    await device.enqueue(0..<5_000)
    #expect(await holds { await device.seen.count == 5_000 })
    #expect(await device.seen == Array(0..<5_000))
  }

  @Test func noWakeUpIsLost() async throws {
    let device = try Device()
    await device.serve { _ in DeviceThread.Pause() }
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask { for _ in 0..<12_500 { await device.note(task) } }
      }
    }
    #expect(await device.seen.count == 100_000)
    for task in 0..<8 { #expect(await device.seen.count { $0 == task } == 12_500) }
  }

  /// Wake-ups that meet the thread at every point between work and sleep.
  @Test func jobsThatComeOneByOneAreNotLost() async throws {
    let device = try Device()
    for number in 0..<20_000 { await device.note(number) }
    #expect(await device.seen == Array(0..<20_000))
  }

  @Test func theServiceIsCalledAfterJobsAndAtOnce() async throws {
    let device = try Device()
    await device.serve { _ in DeviceThread.Pause() }
    #expect(await holds { await device.calls > 0 })
    let before = await device.calls
    await device.note(1)
    #expect(await holds { await device.calls > before })
  }

  @Test func manyJobsDoNotKeepTheServiceWaiting() async throws {
    let device = try Device()
    await device.serve { _ in DeviceThread.Pause() }
    await device.enqueueCallCounts(1_000)
    #expect(await holds { await device.seen.count == 1_000 })
    let seen = await device.seen
    #expect(try #require(seen.last) - (try #require(seen.first)) >= 10)
  }

  @Test func theServiceIsCalledAtDeadlines() async throws {
    let device = try Device()
    let early = Atomic<Int>(0)
    let last = Atomic<UInt64>(0)
    let calls = Atomic<Int>(0)
    await withCheckedContinuation { continuation in
      let done = Mutex<CheckedContinuation<Void, Never>?>(continuation)
      device.thread.serve {
        let now = MonotonicTime.now
        if now < last.load(ordering: .relaxed) { early.add(1, ordering: .relaxed) }
        guard calls.add(1, ordering: .relaxed).newValue < 10 else {
          done.withLock {
            $0?.resume()
            $0 = nil
          }
          return DeviceThread.Pause()
        }
        last.store(now + 2_000_000, ordering: .relaxed)
        return DeviceThread.Pause(until: now + 2_000_000)
      }
    }
    device.thread.serve(nil)
    #expect(early.load(ordering: .relaxed) == 0)
  }

  @Test func theServiceIsCalledWhenBytesCome() async throws {
    let device = try Device()
    let ends = try PipeTransport.makeEnds()
    await device.open(ends.host)
    await device.serve { device in
      guard let stream = device.stream else { return DeviceThread.Pause() }
      for byte in (try? stream.read(most: 4096)) ?? [] { device.note(Int(byte)) }
      return DeviceThread.Pause(stream.watches(for: .readable))
    }
    let board = ends.board.open()
    for byte in 0..<200 {
      #expect(try board.write([UInt8(byte)]) == 1)
      if byte % 20 == 0 { try await Task.sleep(nanoseconds: 1_000_000) }
    }
    #expect(await holds { await device.seen.count == 200 })
    #expect(await device.seen == Array(0..<200))
  }

  /// A service without anything to do is not called over and over.
  @Test func theThreadSleeps() async throws {
    let device = try Device()
    let calls = Mutex(0)
    device.thread.serve {
      calls.withLock { $0 += 1 }
      return DeviceThread.Pause()
    }
    try await Task.sleep(nanoseconds: 50_000_000)
    #expect(calls.withLock { $0 } <= 2)
  }

  @Test func aServiceThatIsTakenAwayIsLetGo() async throws {
    final class Owned: Sendable {}
    let thread = try DeviceThread(name: "let-go")
    var owned: Owned? = Owned()
    weak let held = owned
    thread.serve { [owned] in
      withExtendedLifetime(owned) {}
      return DeviceThread.Pause()
    }
    owned = nil
    #expect(held != nil)
    thread.serve(nil)
    #expect(await holds { held == nil })
  }

  @Test func theThreadEndsWhenItIsReleased() async throws {
    for round in 0..<20 {
      let name = "released-\(round)"
      var device: Device? = try Device(name)
      await device?.serve { _ in DeviceThread.Pause() }
      await device?.note(1)
      #expect(Self.threads().contains(name))
      device = nil
      #expect(await holds { !Self.threads().contains(name) })
    }
  }

  /// The last reference may go in a job of the thread itself.
  @Test func theThreadEndsWhenItReleasesItself() async throws {
    for round in 0..<20 {
      let name = "itself-\(round)"
      let count = Atomic<Int>(0)
      do {
        let device = try Device(name)
        await device.enqueue(0..<100)
        Task { [device] in
          await device.note(1)
          count.add(1, ordering: .relaxed)
        }
      }
      #expect(await holds { !Self.threads().contains(name) })
      #expect(await holds { count.load(ordering: .relaxed) == 1 })
    }
  }
}
