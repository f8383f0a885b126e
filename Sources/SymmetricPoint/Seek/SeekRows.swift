// Up and down pulses of a row take slots of their own, and half-select the cells that wait for the other polarity.
extension SeekWork {
  /// Reads of all rows that a round of waiting cells costs, with what follows from it: from simulations of arrays of 32
  /// and of 128 rows.
  private static let costOfWaiting = 3.0

  /// Whether slots of both polarities in a row cost more time than the read of one more round.
  func alignmentPays(_ pulses: [Int], _ geometry: SeekGeometry) -> Bool {
    var slots = 0
    for first in stride(from: 0, to: pulses.count, by: geometry.columns) {
      let row = pulses[first..<min(first + geometry.columns, pulses.count)]
      slots += min(max(0, row.max() ?? 0), max(0, -(row.min() ?? 0)))
    }
    return Double(slots) * geometry.slotTime > Self.costOfWaiting * (isRereading ? 2 : 1)
      * geometry.readTime
  }

  /// Lets each row have pulses of one polarity; cells that want the other wait a round, and are served in the next.
  ///
  /// - Parameter waited: the cells that have waited in the last round.
  mutating func aligned(_ pulses: [Int], columns: Int, waited: [Bool]) -> [Int] {
    var pulses = pulses
    for first in stride(from: 0, to: pulses.count, by: columns) {
      let row = first..<min(first + columns, pulses.count)
      let up = row.reduce(0) { $0 + max(0, pulses[$1]) }
      let down = row.reduce(0) { $0 + max(0, -pulses[$1]) }
      guard up > 0, down > 0 else { continue }
      // Those that waited want the same polarity, but for some that have learnt better since.
      let wish = row.reduce(0) { $0 + (waited[$1] ? pulses[$1].signum() : 0) }
      let isUp = wish == 0 ? up >= down : wish > 0
      for cell in row where pulses[cell] != 0 {
        waits[cell] = (pulses[cell] > 0) != isUp
        guard waits[cell] else { continue }
        // It was turned round for a burst that does not come.
        self.isUp[cell] = before[cell]
        pulses[cell] = 0
      }
    }
    return pulses
  }
}
