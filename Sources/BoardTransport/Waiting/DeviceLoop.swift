internal import CPosix
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a device's thread does; it outlives the executor by the time that the thread takes to end.
final class DeviceLoop: Sendable {
  /// A job, and the executor it must be run on, which is not let go before.
  struct Entry: Sendable {
    var job: UnownedJob
    var executor: DeviceThread
  }

  private struct State {
    var entries: [Entry] = []
    var service: DeviceThread.Service?
    /// Whether the thread waits, or is about to, and must be woken.
    var isAsleep = false
    /// Whether the service must be asked again, for a new service or for the end.
    var isChanged = false
    var isStopped = false
  }

  /// Jobs that run before the service is called, so that many jobs do not keep a board waiting.
  private static let mostJobs = 64

  private let state = Mutex(State())
  private let wake: Descriptor
  /// The mark of the thread, 0 until it runs.
  private let mark = Atomic<UInt>(0)

  init(name: String) throws(TransportError) {
    let number = posix_make_wake()
    guard number >= 0 else { throw .failed("eventfd", "thread \(name)", errno) }
    wake = Descriptor(number)
  }

  var isCurrent: Bool { mark.load(ordering: .relaxed) == UInt(posix_thread_mark()) }

  /// Starts the thread, which keeps this object until it ends.
  func start(name: String) throws(TransportError) {
    let context = Unmanaged.passRetained(self)
    let reason = posix_start_thread(
      name,
      { context in
        guard let context else { return }
        Unmanaged<DeviceLoop>.fromOpaque(context).takeRetainedValue().run()
      }, context.toOpaque())
    guard reason == 0 else {
      context.release()
      throw .failed("pthread_create", "thread \(name)", reason)
    }
  }

  func add(_ entry: Entry) { change { $0.entries.append(entry) } }

  func serve(_ service: DeviceThread.Service?) {
    // What the service of before held goes outside of the lock.
    var before: DeviceThread.Service?
    change {
      before = $0.service
      $0.service = service
      $0.isChanged = true
    }
    withExtendedLifetime(before) {}
  }

  func stop() {
    var before: DeviceThread.Service?
    change {
      before = $0.service
      ($0.service, $0.isStopped, $0.isChanged) = (nil, true, true)
    }
    withExtendedLifetime(before) {}
  }

  /// Changes the state, and wakes the thread if it sleeps: once, however many changes come until it is awake.
  private func change(_ body: (inout State) -> Void) {
    let mustWake = state.withLock { state in
      body(&state)
      defer { state.isAsleep = false }
      return state.isAsleep
    }
    guard mustWake else { return }
    var one: UInt64 = 1
    _ = write(wake.number, &one, 8)
  }

  // MARK: On the thread

  private func run() {
    mark.store(UInt(posix_thread_mark()), ordering: .relaxed)
    while true {
      runJobs()
      let (service, isStopped) = state.withLock { ($0.service, $0.isStopped && $0.entries.isEmpty) }
      if isStopped { return }
      let pause = service?() ?? DeviceThread.Pause()
      guard fallAsleep() else { continue }
      let ready = Polling.wait(pause.watches, until: pause.deadline, wake: wake.number)
      state.withLock { $0.isAsleep = false }
      if ready.contains(.woken) { _ = wake.read(most: 8) }
    }
  }

  private func runJobs() {
    var entries: [Entry] = []
    state.withLock {
      swap(&$0.entries, &entries)
      $0.isChanged = false
    }
    for (place, entry) in entries.enumerated() {
      if place > 0, place % Self.mostJobs == 0 { _ = state.withLock { $0.service }?() }
      entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
    }
  }

  /// Whether there is nothing to do but to wait.
  private func fallAsleep() -> Bool {
    state.withLock {
      $0.isAsleep = $0.entries.isEmpty && !$0.isChanged
      return $0.isAsleep
    }
  }
}
