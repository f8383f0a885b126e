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

  init(_ work: () async throws -> Void) async rethrows {
    let (start, spent) = (ContinuousClock.now, Self.processorTime)
    try await work()
    self.init(
      wall: Self.seconds(ContinuousClock.now - start), processor: Self.processorTime - spent)
  }

  init(wall: Double, processor: Double) { (self.wall, self.processor) = (wall, processor) }

  /// A part of both.
  static func / (time: Stopwatch, count: Double) -> Stopwatch {
    Stopwatch(wall: time.wall / count, processor: time.processor / count)
  }

  /// Seconds that passed.
  static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
    try await Stopwatch(work).wall
  }

  static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return seconds(ContinuousClock.now - start)
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
