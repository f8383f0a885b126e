import CrossbarKernels
import DeviceContract
import PhysicalUnits

extension ChipMemory {
  /// The number of the last train.
  var last: UInt64 { header.pointee.last_number }

  /// The lowest number whose outcome is kept.
  var oldestKept: UInt64 {
    let kept = UInt64(ChipLayout.keptOutcomes)
    return last > kept ? last - kept + 1 : 1
  }

  /// All pulses since the chip exists.
  var pulses: PulseTotals {
    PulseTotals(up: Int(books.pointee.up), down: Int(books.pointee.down))
  }

  /// The device's clock.
  var clock: Seconds { Seconds(books.pointee.clock) }

  /// Uses a number up, with no pulse fired yet.
  func take(_ number: UInt64, digest: UInt32) {
    let entry: UnsafeMutablePointer<crossbar_chip_outcome> = at(layout.outcome(number))
    entry.pointee = crossbar_chip_outcome(
      number: number, digest: digest, reserved: 0, steps: 0, up: 0, down: 0,
      clock: books.pointee.clock)
    reached("entered")
    withUnsafeMutablePointer(to: &header.pointee.last_number) { crossbar_publish($0, number) }
    reached("taken")
  }

  /// Books pulses of the last train, which has now had some steps and ended at a time.
  ///
  /// In a file only between ``begin(_:)`` and ``commit()``.
  func book(_ pulses: PulseTotals, steps: Int, clock: Double) {
    books.pointee.up += UInt64(pulses.up)
    books.pointee.down += UInt64(pulses.down)
    books.pointee.clock = clock
    reached("summed")
    let entry = lastOutcome
    entry.pointee.steps = UInt64(steps)
    entry.pointee.up += UInt64(pulses.up)
    entry.pointee.down += UInt64(pulses.down)
    entry.pointee.clock = clock
  }

  /// The journal's entry of the last train.
  var lastOutcome: UnsafeMutablePointer<crossbar_chip_outcome> { at(layout.outcome(last)) }

  /// What became of a train, or nil where it is not kept.
  func outcome(of number: UInt64) -> JournaledOutcome? {
    guard number >= oldestKept, number <= last else { return nil }
    let entry: UnsafeMutablePointer<crossbar_chip_outcome> = at(layout.outcome(number))
    return JournaledOutcome(
      number: entry.pointee.number, digest: entry.pointee.digest,
      steps: Int(entry.pointee.steps),
      fired: PulseTotals(up: Int(entry.pointee.up), down: Int(entry.pointee.down)),
      clock: Seconds(entry.pointee.clock))
  }
}
