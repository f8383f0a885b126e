import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// What work takes.
struct Stopwatch {
  /// Seconds that passed.
  var wall: Double
  /// Seconds that processors spent on this process: what others do on the machine is not in it, nor is
  /// waiting for a disk.
  var processor: Double

  init(wall: Double, processor: Double) { (self.wall, self.processor) = (wall, processor) }

  init(_ work: () async throws -> Void) async rethrows {
    let start = Self.now
    try await work()
    self = Self.now - start
  }

  /// Where both clocks stand.
  static var now: Stopwatch {
    Stopwatch(wall: seconds(CLOCK_MONOTONIC), processor: seconds(CLOCK_PROCESS_CPUTIME_ID))
  }

  static func + (left: Stopwatch, right: Stopwatch) -> Stopwatch {
    Stopwatch(wall: left.wall + right.wall, processor: left.processor + right.processor)
  }

  static func - (left: Stopwatch, right: Stopwatch) -> Stopwatch {
    Stopwatch(wall: left.wall - right.wall, processor: left.processor - right.processor)
  }

  /// A part of both.
  static func / (time: Stopwatch, count: Double) -> Stopwatch {
    Stopwatch(wall: time.wall / count, processor: time.processor / count)
  }

  /// Seconds that passed.
  static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
    try await Stopwatch(work).wall
  }

  static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = now
    try work()
    return (now - start).wall
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
