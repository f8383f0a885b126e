import BoardTransport
import Foundation
import ReproducibleNoise

/// What a bad line does to bytes, by a seed.
public struct LineFaults: Sendable, Hashable {
  /// Chance that a byte is lost, has a bit turned over, or comes twice.
  public var drop = 0.0, flip = 0.0, duplicate = 0.0
  /// Chance that the rest of what comes together is cut off.
  public var truncate = 0.0
  /// Chance that what comes together is held back, and for how long in nanoseconds.
  public var delay = 0.0, delayTime: UInt64 = 300_000_000
  /// What all of it follows from.
  public var seed: UInt64 = 1

  /// A line that does none of it.
  public init() {}

  /// Whether the line does nothing to bytes.
  public var isClean: Bool { drop + flip + duplicate + truncate + delay == 0 }

  /// The names that ``set(_:to:)`` knows.
  public static let names = ["drop", "flip", "duplicate", "truncate", "delay", "delay_ms", "seed"]

  /// Sets a fault by its name; false where there is no such name, or the text is no value for it.
  public mutating func set(_ name: String, to text: String) -> Bool {
    if name == "seed" {
      guard let value = UInt64(text) else { return false }
      seed = value
      return true
    }
    guard let value = Double(text), value >= 0, name == "delay_ms" ? value <= 60_000 : value <= 1
    else { return false }
    switch name {
    case "drop": drop = value
    case "flip": flip = value
    case "duplicate": duplicate = value
    case "truncate": truncate = value
    case "delay": delay = value
    case "delay_ms": delayTime = UInt64(value * 1e6)
    default: return false
    }
    return true
  }
}

/// Bytes on their way over a bad line, in one direction.
struct BadLine {
  private let faults: LineFaults
  private var random: RandomStream
  /// What is held back, in order, with the time at which it may go on.
  private var held: [(bytes: [UInt8], until: UInt64)] = []
  /// Chance that nothing happens to a byte.
  private let clean: Double
  /// Bytes before the next one to which something happens.
  private var ahead = 0

  init(_ faults: LineFaults, direction: UInt64) {
    self.faults = faults
    random = RandomStream(seed: faults.seed, stream: direction)
    clean = (1 - faults.drop) * (1 - faults.flip) * (1 - faults.duplicate)
    ahead = nextDistance()
  }

  /// From 0, below 1.
  private mutating func uniform() -> Double { Double(random.next() >> 11) / Double(1 << 53) }

  private mutating func happens(_ chance: Double) -> Bool { chance > 0 && uniform() < chance }

  /// Bytes to which nothing happens, before one to which something does: drawn at once, since a draw for each byte
  /// would take longer than all else that is done with it.
  private mutating func nextDistance() -> Int {
    guard clean > 0 else { return 0 }
    guard clean < 1 else { return .max }
    return Int(min(1e15, log(1 - uniform()) / log(clean)))
  }

  /// Puts bytes on the line.
  mutating func put(_ bytes: [UInt8], at now: UInt64) {
    guard !bytes.isEmpty else { return }
    var passed: [UInt8] = []
    passed.reserveCapacity(bytes.count)
    var rest = bytes[...]
    if happens(faults.truncate) { rest = rest.prefix(Int(uniform() * Double(bytes.count))) }
    while ahead < rest.count {
      passed += rest.prefix(ahead)
      rest = rest.dropFirst(ahead)
      if let byte = rest.popFirst() { spoil(byte, into: &passed) }
      ahead = nextDistance()
    }
    passed += rest
    ahead -= rest.count
    let until = happens(faults.delay) ? now + faults.delayTime : now
    // Nothing overtakes on a line.
    held.append((passed, max(until, held.last?.until ?? 0)))
  }

  /// What becomes of a byte to which something happens.
  private mutating func spoil(_ byte: UInt8, into passed: inout [UInt8]) {
    // The chances that it is lost; else turned, and perhaps doubled; else doubled: together those that it is not
    // clean.
    let place = uniform() * (1 - clean)
    guard place >= faults.drop else { return }
    let isFlipped = place - faults.drop < (1 - faults.drop) * faults.flip
    let isDoubled = !isFlipped || happens(faults.duplicate)
    let seen = isFlipped ? byte ^ 1 << UInt8(random.next() & 7) : byte
    passed += isDoubled ? [seen, seen] : [seen]
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
