import ReproducibleNoise

/// When a board loses its line or its power, by a seed.
///
/// Not `Sendable`: it belongs to the thread of its board.
final class Accidents {
  /// What happens to the board.
  enum Kind {
    case reboot
    case unplug
  }

  private let faults: BoardFaults
  private var random: RandomStream
  private var powerRandom: RandomStream
  private var received = 0
  private var writes = 0
  /// What happens next, and after how many steps of the board.
  private var next: (kind: Kind, steps: Int)?
  /// The steps of the board in which what something leads to happens, so that each of them is hit.
  private static let mostSteps = 64

  init(_ faults: BoardFaults) {
    self.faults = faults
    random = RandomStream(seed: faults.seed, stream: 1 << 40)
    powerRandom = RandomStream(seed: faults.seed, stream: 2 << 40)
  }

  /// Something has come from the host.
  func noteArrival(of bytes: Int) {
    let isAt = faults.unplugAt.map { received < $0 && $0 <= received + bytes } ?? false
    received += bytes
    guard next == nil else { return }
    if isAt {
      next = (.unplug, 0)
    } else if random.happens(faults.unplug) {
      next = (.unplug, random.integer(below: Self.mostSteps))
    } else if random.happens(faults.reboot) {
      next = (.reboot, random.integer(below: Self.mostSteps))
    }
  }

  /// The board has made a step: what happens now.
  func noteStep() -> Kind? {
    guard let (kind, steps) = next else { return nil }
    next = steps == 0 ? nil : (kind, steps - 1)
    return steps == 0 ? kind : nil
  }

  /// The board is about to write to its durable memory: how many bytes still arrive where power fails in it.
  func noteWrite(of bytes: Int) -> Int? {
    writes += 1
    guard writes == faults.powerAt || powerRandom.happens(faults.power) else { return nil }
    return powerRandom.integer(below: bytes + 1)
  }
}
