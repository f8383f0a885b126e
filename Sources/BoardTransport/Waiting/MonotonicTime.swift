#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The clock of all deadlines here: it does not step back, and nobody sets it.
public enum MonotonicTime {
  /// Nanoseconds of CLOCK_MONOTONIC.
  public static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The time so many milliseconds from now, in nanoseconds.
  public static func after(milliseconds: Int) -> UInt64 {
    now + UInt64(max(0, milliseconds)) * 1_000_000
  }
}
