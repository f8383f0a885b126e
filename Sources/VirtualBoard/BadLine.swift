import ReproducibleNoise

/// Bytes on their way over a bad line, in one direction.
struct BadLine {
  private let faults: BoardFaults
  private var random: RandomStream
  /// What is held back, in order, with the time at which it may go on.
  private var held: [(bytes: [UInt8], until: UInt64)] = []
  /// Frames that change places, where they do: those that are not complete, and the one that waits for the next.
  private let shifts: Bool
  private var incomplete: [UInt8] = []
  private var late: [UInt8] = []

  /// - Parameter shifts: whether frames change places in this direction.
  init(_ faults: BoardFaults, stream: UInt64, shifts: Bool) {
    self.faults = faults
    self.shifts = shifts && faults.shift > 0
    random = RandomStream(seed: faults.seed, stream: stream)
  }

  /// Puts bytes on the line.
  mutating func put(_ bytes: [UInt8], at now: UInt64) {
    let bytes = shifts ? shifted(bytes) : bytes
    guard !bytes.isEmpty else { return }
    var passed: [UInt8] = []
    passed.reserveCapacity(bytes.count)
    for byte in bytes {
      if random.happens(faults.truncate / Double(bytes.count)) { break }
      if random.happens(faults.drop) { continue }
      let seen = random.happens(faults.flip) ? byte ^ 1 << UInt8(random.next() & 7) : byte
      passed.append(seen)
      if random.happens(faults.duplicate) { passed.append(seen) }
    }
    let until = random.happens(faults.delay) ? now + faults.delayTime : now
    // Nothing overtakes on a line.
    held.append((passed, max(until, held.last?.until ?? 0)))
  }

  /// Whole frames, some of them behind the one that they were before.
  private mutating func shifted(_ bytes: [UInt8]) -> [UInt8] {
    var passed: [UInt8] = []
    for byte in bytes {
      incomplete.append(byte)
      guard byte == 0 else { continue }
      if late.isEmpty, random.happens(faults.shift) {
        late = incomplete
      } else {
        passed += incomplete + late
        late = []
      }
      incomplete = []
    }
    return passed
  }

  /// What has arrived.
  mutating func take(at now: UInt64) -> [UInt8] {
    var arrived: [UInt8] = []
    while let first = held.first, first.until <= now {
      arrived += first.bytes
      held.removeFirst()
    }
    return arrived
  }

  /// When more arrives.
  var deadline: UInt64? { held.first?.until }
}

extension RandomStream {
  /// Whether something happens that does with a chance.
  mutating func happens(_ chance: Double) -> Bool {
    chance > 0 && uniform() < chance
  }
}
