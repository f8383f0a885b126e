import Foundation
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
  /// Chance that nothing happens to a byte.
  private let clean: Double
  /// Bytes before the next one to which something happens.
  private var ahead = 0

  /// - Parameter shifts: whether frames change places in this direction.
  init(_ faults: BoardFaults, stream: UInt64, shifts: Bool) {
    self.faults = faults
    self.shifts = shifts && faults.shift > 0
    random = RandomStream(seed: faults.seed, stream: stream)
    clean = (1 - faults.drop) * (1 - faults.flip) * (1 - faults.duplicate)
    ahead = nextDistance()
  }

  /// Bytes to which nothing happens, before one to which something does.
  ///
  /// Drawn at once: a draw for each byte would take longer than all else that is done with it.
  private mutating func nextDistance() -> Int {
    guard clean > 0 else { return 0 }
    guard clean < 1 else { return .max }
    return Int(min(1e15, log(1 - random.uniform()) / log(clean)))
  }

  /// Puts bytes on the line.
  mutating func put(_ bytes: [UInt8], at now: UInt64) {
    let bytes = shifts ? shifted(bytes) : bytes
    guard !bytes.isEmpty else { return }
    var passed: [UInt8] = []
    passed.reserveCapacity(bytes.count)
    var rest = bytes[...]
    if random.happens(faults.truncate) {
      rest = rest.prefix(Int(random.uniform() * Double(bytes.count)))
    }
    while ahead < rest.count {
      passed += rest.prefix(ahead)
      rest = rest.dropFirst(ahead)
      if let byte = rest.popFirst() { spoil(byte, into: &passed) }
      ahead = nextDistance()
    }
    passed += rest
    ahead -= rest.count
    let until = random.happens(faults.delay) ? now + faults.delayTime : now
    // Nothing overtakes on a line.
    held.append((passed, max(until, held.last?.until ?? 0)))
  }

  /// What becomes of a byte to which something happens.
  private mutating func spoil(_ byte: UInt8, into passed: inout [UInt8]) {
    // The chances that it is lost; else turned, and perhaps doubled; else doubled: together those that it is not
    // clean.
    let place = random.uniform() * (1 - clean)
    guard place >= faults.drop else { return }
    let isFlipped = place - faults.drop < (1 - faults.drop) * faults.flip
    let isDoubled = !isFlipped || random.happens(faults.duplicate)
    let seen = isFlipped ? byte ^ 1 << UInt8(random.next() & 7) : byte
    passed += isDoubled ? [seen, seen] : [seen]
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
