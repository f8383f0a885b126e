/// Watches what is plugged in and pulled out, on a thread of its own.
///
/// libusb tells of USB devices as they come and go. Serial ports are looked for a few times a second, and where
/// libusb cannot tell, USB devices as well.
public actor PortWatch {
  /// What there is to tell.
  public enum Event: Sendable {
    /// What is connected when the watch begins; the first event.
    case connected(PortDiscovery)
    /// Something has come, gone, or become another's.
    case changed(PortChange)
    /// A list could not be made; what it had is taken to be there still.
    case trouble(TransportError)
  }

  /// The time between two looks, in nanoseconds.
  private static let pause: UInt64 = 300_000_000

  /// All events, for one reader; they end with the watch.
  public nonisolated let events: AsyncStream<Event>
  private nonisolated let told: AsyncStream<Event>.Continuation
  private nonisolated let thread: DeviceThread
  /// The thread of the watch.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  private let look: @Sendable () -> PortDiscovery
  private var hotplug: USBHotplug?
  private var known: PortDiscovery?
  private var presence = PortPresence()

  /// Prepares a watch; ``begin()`` has it look.
  ///
  /// - Throws: ``TransportError/Code/io`` if the system has no more threads or descriptors.
  public init() throws(TransportError) {
    try self.init { PortDiscovery.look() }
  }

  init(look: @escaping @Sendable () -> PortDiscovery) throws(TransportError) {
    self.look = look
    thread = try DeviceThread(name: "tare-ports")
    (events, told) = AsyncStream.makeStream()
  }

  deinit { told.finish() }

  /// Looks for the first time, and goes on until this object is let go.
  public func begin() {
    // Where libusb cannot tell, the looks alone must do.
    hotplug = try? USBHotplug()
    thread.serve { [weak self] in
      self?.assumeIsolated { $0.service() } ?? .init()
    }
  }

  /// Ends the events; what waits is still told.
  public nonisolated func end() { told.finish() }

  private func service() -> DeviceThread.Pause {
    let hasNews = hotplug?.takeNews() ?? false
    let seen = PortPresence.now
    if known == nil || hasNews || seen != presence {
      presence = seen
      compare(look())
    }
    return DeviceThread.Pause(
      until: MonotonicTime.now + Self.pause, hotplug?.descriptors ?? [])
  }

  /// Tells what is different in a new list.
  func compare(_ found: PortDiscovery) {
    guard let known else {
      self.known = found
      told.yield(.connected(found))
      return
    }
    var now = found
    // What cannot be listed has not gone.
    now.ports += known.ports.filter { found.troubles[$0.kind] != nil }
    for (kind, trouble) in found.troubles where known.troubles[kind] != trouble {
      told.yield(.trouble(trouble))
    }
    for change in PortChange.between(known.ports, now.ports) { told.yield(.changed(change)) }
    self.known = now
  }
}
