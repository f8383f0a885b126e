import BoardTransport
import Foundation

/// What went wrong in a call that should fail.
func failure(_ body: () throws -> Void) -> TransportError? {
  do {
    try body()
    return nil
  } catch {
    return error as? TransportError
  }
}

/// A bound for waits that should end long before.
let longest = 20_000

/// Bytes that repeat late enough to show what is missing or out of order.
func pattern(_ count: Int, _ seed: UInt32) -> [UInt8] {
  var state = seed | 1
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return UInt8(state >> 24)
  }
}

/// Moves bytes both ways at once, from one thread, until all have arrived or time is up.
func exchange(
  _ first: any ByteTransport, sends there: [UInt8], _ second: any ByteTransport, sends back: [UInt8]
) throws -> (there: [UInt8], back: [UInt8]) {
  let deadline = MonotonicTime.after(milliseconds: longest)
  var (left, right) = (there[...], back[...])
  var (arrivedThere, arrivedBack): ([UInt8], [UInt8]) = ([], [])
  while MonotonicTime.now < deadline,
    arrivedThere.count < there.count || arrivedBack.count < back.count
  {
    var moved = try first.write(left)
    left = left.dropFirst(moved)
    let written = try second.write(right)
    right = right.dropFirst(written)
    let (one, two) = (try second.read(most: 4096), try first.read(most: 4096))
    arrivedThere += one
    arrivedBack += two
    moved += written + one.count + two.count
    if moved == 0 {
      _ = try first.wait(for: .readable, until: MonotonicTime.after(milliseconds: 1), wake: nil)
    }
  }
  return (arrivedThere, arrivedBack)
}

/// Reads until so many bytes are there or time is up.
func receive(_ count: Int, from stream: any ByteTransport) throws -> [UInt8] {
  let deadline = MonotonicTime.after(milliseconds: longest)
  var bytes: [UInt8] = []
  while bytes.count < count, MonotonicTime.now < deadline {
    let more = try stream.read(most: count - bytes.count)
    bytes += more
    if more.isEmpty { _ = try stream.wait(for: .readable, until: deadline, wake: nil) }
  }
  return bytes
}

/// Reads on as a driver does until the stream fails; how often it was told that there is something to read.
func readUntilLost(_ stream: any ByteTransport) -> (error: TransportError?, wakeUps: Int) {
  let deadline = MonotonicTime.after(milliseconds: longest)
  var wakeUps = 0
  while MonotonicTime.now < deadline {
    do {
      if try stream.read(most: 4096).isEmpty {
        _ = try stream.wait(for: .readable, until: deadline, wake: nil)
        wakeUps += 1
      }
    } catch {
      return (error, wakeUps)
    }
  }
  return (nil, wakeUps)
}

/// Waits until something holds; false if it never does.
func holds(_ condition: () async -> Bool) async -> Bool {
  let deadline = MonotonicTime.after(milliseconds: longest)
  while MonotonicTime.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(nanoseconds: 2_000_000)
  }
  return false
}
