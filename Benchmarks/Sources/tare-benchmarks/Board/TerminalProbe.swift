import BoardTransport
import Foundation
import Synchronization

/// What a pseudo-terminal takes by itself: the floor under every board behind one.
enum TerminalProbe {
  /// Seconds of a round trip of some bytes to a thread that sends them back.
  static func roundTrip(bytes count: Int, repeats: Int) async throws -> Spread {
    let echo = try Echo()
    let line = try TerminalTransport(path: try await echo.start())
    let bytes = [UInt8](repeating: 0x55, count: count)
    var times: [Double] = []
    for place in 0..<2 * repeats {
      let time = try Stopwatch.seconds {
        _ = try line.write(bytes)
        var left = count
        while left > 0 {
          _ = try line.wait(for: .readable, until: MonotonicTime.after(milliseconds: 1000))
          left -= try line.read(most: left).count
        }
      }
      // Processors that have idled wake up slowly at first.
      if place >= repeats { times.append(time) }
    }
    line.close()
    await echo.stop()
    return Spread(times)
  }

  /// Bytes a second there and back.
  static func throughput(bytes count: Int) async throws -> Double {
    let echo = try Echo()
    let line = try TerminalTransport(path: try await echo.start())
    let bytes = [UInt8](repeating: 0x55, count: 4096)
    let seconds = try Stopwatch.seconds {
      var (unsent, left) = (count, count)
      while left > 0 {
        if unsent > 0 { unsent -= try line.write(bytes.prefix(unsent)) }
        let came = try line.read(most: 1 << 16).count
        left -= came
        if came == 0 {
          _ = try line.wait(
            for: unsent > 0 ? [.readable, .writable] : .readable,
            until: MonotonicTime.after(milliseconds: 1000))
        }
      }
    }
    line.close()
    await echo.stop()
    return Double(count) / seconds
  }

  /// Sends back what comes.
  private actor Echo {
    private nonisolated let thread: DeviceThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private var line: PseudoTerminal?
    private var waiting: ArraySlice<UInt8> = []

    init() throws { thread = try DeviceThread(name: "echo") }

    func start() throws -> String {
      let line = try PseudoTerminal()
      self.line = line
      thread.serve { [weak self] in
        self?.assumeIsolated { $0.service() } ?? DeviceThread.Pause()
      }
      return line.path
    }

    func stop() {
      thread.serve(nil)
      line?.close()
      line = nil
    }

    private func service() -> DeviceThread.Pause {
      guard let line else { return DeviceThread.Pause() }
      do {
        if waiting.count < 1 << 16 { waiting += try line.read(most: 1 << 16) }
        if !waiting.isEmpty { waiting = waiting.dropFirst(try line.write(waiting)) }
      } catch {
        return DeviceThread.Pause()
      }
      return DeviceThread.Pause(
        line.watches(for: waiting.isEmpty ? .readable : [.readable, .writable]))
    }
  }
}
