/// A thread of its own for the actor that speaks with a board.
///
/// An actor whose `unownedExecutor` is this runs on the thread, so calls into drivers hold up nobody else. After
/// its jobs, and whenever something it waits for has happened, the thread calls a service, which moves bytes and
/// says what to wait for next. The service runs on the thread but not within a job; it enters its actor by
/// `assumeIsolated`.
///
/// Jobs run in the order in which they were enqueued, whatever their priority. The thread ends soon after the last
/// reference to the executor is gone: after the call of the service that is running, if one is. Whoever gives it a
/// service must not let that service hold the actor, or neither will ever go: use `[weak self]`.
public final class DeviceThread: SerialExecutor {
  /// What the thread waits for before it calls the service again; a job ends the wait as well.
  public struct Pause: Sendable {
    /// Nanoseconds of ``MonotonicTime``, or nil where no time matters.
    public var deadline: UInt64?
    /// Descriptors that may become ready, which must stay open until the service is called again.
    public var watches: [Watch]

    /// A wait for a time, for descriptors, or only for jobs.
    public init(until deadline: UInt64? = nil, _ watches: [Watch] = []) {
      self.deadline = deadline
      self.watches = watches
    }
  }

  /// Moves what can be moved without waiting.
  public typealias Service = @Sendable () -> Pause

  private let loop: DeviceLoop

  /// Starts a thread.
  ///
  /// - Parameter name: as debuggers show it; the system keeps fifteen bytes of it.
  /// - Throws: ``TransportError/Code/io`` if the system has no more threads or descriptors.
  public init(name: String) throws(TransportError) {
    loop = try DeviceLoop(name: name)
    try loop.start(name: name)
  }

  deinit { loop.stop() }

  /// Sets the service, which is called at once and then as it asks for, or takes it away.
  ///
  /// Called from another thread it returns at once; the service of before may be running still.
  public func serve(_ service: Service?) { loop.serve(service) }

  /// Runs a job on the thread, after those that wait already.
  public func enqueue(_ job: consuming ExecutorJob) {
    loop.add(DeviceLoop.Entry(job: UnownedJob(job), executor: self))
  }

  /// Whether the calling thread is this one.
  public var isCurrent: Bool { loop.isCurrent }

  /// Stops the program if the caller is on another thread; the runtime asks where no job tells it.
  public func checkIsolated() {
    precondition(loop.isCurrent, "called from outside the device's thread")
  }
}
