import Foundation

// How the pulses of a pool are divided: all cells come to one standard deviation, which is as small as the pool allows.
extension SeekWork {
  /// Pulses that are left of the pool; nil where there is none.
  var left: Int? { search.mostPulsesInAll.map { $0 - spent.reduce(0, +) } }

  /// The part of the pool that is kept back while much is left of it: what cells need is found to be more, not less.
  private static let reserve = 0.1

  /// The smallest standard deviation to which the pulses that are left bring all cells, and no smaller one than asked.
  func commonAim() -> Double {
    guard let pool = search.mostPulsesInAll, let left else { return search.tolerance }
    var open: [(information: Double, rate: Double, most: Int)] = []
    var high = search.tolerance
    for cell in spent.indices where isOpen(cell) {
      let deviation = array.symmetricPoint(of: cell).deviation
      guard deviation > search.tolerance else { continue }
      high = max(high, deviation)
      open.append(
        (
          1 / (deviation * deviation), rate(of: cell, now: deviation),
          search.mostPulses - spent[cell]
        ))
    }
    let isMuch = Double(left) > Self.reserve * Double(pool)
    let most = Double(left) * (isMuch ? 1 - Self.reserve : 1)
    func rest(_ aim: Double) -> Double {
      let wanted = 1 / (aim * aim)
      // A cell that learns nothing gets no more than any other may.
      return open.reduce(0) {
        $0 + min(max(0, wanted - $1.information) / $1.rate, Double($1.most))
      }
    }
    var low = search.tolerance
    guard high > low, rest(low) > most else { return low }
    for _ in 0..<20 {
      let middle = (low * high).squareRoot()
      if rest(middle) > most { low = middle } else { high = middle }
    }
    return high
  }

  /// How much more is known of a symmetric point (as a reciprocal variance) for each pulse of a burst towards it.
  private func rate(of cell: Int, now deviation: Double) -> Double {
    let filter = array.cells[cell]
    let away = array.symmetricPoint(of: cell).value - filter.weight
    let step = max(filter.lines.step, 0.2 * search.expected.step)
    let pulses = max(2, Int(min((abs(away) + half) / step, Double(longest))))
    let next = array.deviation(
      of: cell, after: away > 0 ? pulses : -pulses, rereads: isRereading)
    let gain = 1 / (next * next) - 1 / (deviation * deviation)
    return max(gain / Double(pulses), 1e-9 / (deviation * deviation))
  }

  /// Gives pulses to the cells whose variance they lower most, until there are no more of them.
  func divided(_ pulses: [Int]) -> [Int] {
    guard var left, pulses.reduce(0, { $0 + abs($1) }) > left else { return pulses }
    let cells = pulses.indices.filter { pulses[$0] != 0 }
    let gains = cells.map { cell in
      let now = array.symmetricPoint(of: cell).deviation
      let next = array.deviation(of: cell, after: pulses[cell], rereads: isRereading)
      return (cell: cell, gain: (now * now - next * next) / Double(abs(pulses[cell])))
    }
    var some = Array(repeating: 0, count: pulses.count)
    for (cell, _) in gains.sorted(by: { ($0.gain, $1.cell) > ($1.gain, $0.cell) }) {
      let count = min(abs(pulses[cell]), left)
      some[cell] = pulses[cell] > 0 ? count : -count
      left -= count
    }
    return some
  }

  /// The pulses of the probe: fewer, and of fewer cells, where the pool has no more.
  func probes(_ cells: [Int], of most: Int) -> [Int: Int] {
    guard let pool = search.mostPulsesInAll else {
      return Dictionary(uniqueKeysWithValues: cells.map { ($0, most) })
    }
    let count = min(cells.count, max(1, pool / (2 * most)))
    let each = min(most, pool / (2 * count))
    // Spread over all rows and columns.
    return Dictionary(
      uniqueKeysWithValues: (0..<count).map { (cells[$0 * cells.count / count], each) })
  }
}
