import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// What the disk takes to make a small write lasting: the floor under every durable commit.
enum DiskProbe {
  static func measure(in folder: String, repeats: Int) throws -> Spread {
    let path = folder + "/probe"
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0 else { throw POSIXError(.EIO) }
    defer {
      close(file)
      unlink(path)
    }
    let page = [UInt8](repeating: 0x5A, count: 4096)
    // As a log does it: the same pages again and again.
    let times = try (0..<repeats).map { place in
      try Stopwatch.seconds {
        guard pwrite(file, page, page.count, off_t(place % 64 * page.count)) == page.count,
          fdatasync(file) == 0
        else { throw POSIXError(.EIO) }
      }
    }
    return Spread(times)
  }
}
