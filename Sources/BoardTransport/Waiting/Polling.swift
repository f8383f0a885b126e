internal import CPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The one place that waits.
enum Polling {
  /// Waits until a descriptor is ready, a time has come, or `wake` is readable.
  ///
  /// - Parameters:
  ///   - deadline: in nanoseconds of ``MonotonicTime``; nil waits without end.
  ///   - wake: a descriptor that ends the wait; it is not emptied.
  /// - Returns: what is ready; nothing if the time has come. A stream that has ended is ready for everything
  ///   that was asked of it, so that the next read or write says why.
  static func wait(_ watches: [Watch], until deadline: UInt64?, wake: Int32? = nil) -> Readiness {
    withUnsafeTemporaryAllocation(of: pollfd.self, capacity: watches.count + 1) { list in
      for (place, watch) in watches.enumerated() {
        var events: Int32 = 0
        if watch.readiness.contains(.readable) { events |= Int32(POLLIN) }
        if watch.readiness.contains(.writable) { events |= Int32(POLLOUT) }
        list[place] = pollfd(fd: watch.descriptor, events: Int16(events), revents: 0)
      }
      // poll(2) passes over negative descriptors.
      list[watches.count] = pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0)
      while true {
        let count = posix_poll(list.baseAddress, list.count, remaining(until: deadline))
        if count > 0 {
          let found = ready(list, watches)
          // Closed descriptors answer at once for ever; without them the wait goes on.
          if !found.isEmpty { return found }
          continue
        }
        if count == 0 || errno != EINTR { return [] }
      }
    }
  }

  private static func ready(
    _ list: UnsafeMutableBufferPointer<pollfd>, _ watches: [Watch]
  ) -> Readiness {
    var found: Readiness = []
    for place in watches.indices {
      let happened = Int32(list[place].revents)
      if happened & Int32(POLLNVAL) != 0 {
        list[place].fd = -1
        continue
      }
      if happened & Int32(POLLIN) != 0 { found.insert(.readable) }
      if happened & Int32(POLLOUT) != 0 { found.insert(.writable) }
      if happened & Int32(POLLERR | POLLHUP) != 0 {
        let asked = watches[place].readiness
        found.formUnion(asked.isEmpty ? .readable : asked)
      }
    }
    if list[watches.count].revents != 0 { found.insert(.woken) }
    return found
  }

  private static func remaining(until deadline: UInt64?) -> Int64 {
    guard let deadline else { return -1 }
    let now = MonotonicTime.now
    return deadline > now ? Int64(clamping: deadline - now) : 0
  }
}
