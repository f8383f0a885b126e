/// States of an array on their way to the symmetric point.
///
/// Every entry but the first comes from two reads with one pulse between them.
public struct RelaxationRecord: Sendable {
  /// Pulses a cell at each entry; 0 for the first.
  public private(set) var pulses: [Int]
  /// Weights, one a cell, row-major: the mean of the two reads, which for the cyclic variant lie half a
  /// step above and below the course of the cell.
  public private(set) var states: [[Float]]
  /// Weights of the second read, after the last pulse.
  public private(set) var ends: [[Float]]
  /// The step that the pulse between the two reads made, positive in the direction of the pulse.
  public private(set) var steps: [[Float]]

  /// A last read of a run that stopped between two entries.
  private var conclusion: [Float]?

  /// The weights that the cells hold now.
  public var last: [Float] { conclusion ?? ends[ends.count - 1] }

  /// Takes a last read of a run that stopped between two entries.
  mutating func conclude(with weights: [Float]) { conclusion = weights }

  /// Starts with the states before the first pulse.
  ///
  /// - Parameter count: pulses a cell before it; more than 0 where the first reads were lost.
  public init(start: [Float], pulses count: Int = 0) {
    pulses = [count]
    states = [start]
    ends = [start]
    steps = []
  }

  /// Adds two reads.
  ///
  /// - Parameters:
  ///   - before: weights before the last pulse.
  ///   - after: weights after it.
  ///   - polarities: 1 for each cell that the pulse was to raise, -1 for the others.
  ///   - count: pulses a cell so far.
  public mutating func append(
    before: [Float], after: [Float], polarities: [Int16], pulses count: Int
  ) {
    pulses.append(count)
    states.append(zip(before, after).map { ($0 + $1) / 2 })
    ends.append(after)
    steps.append(after.indices.map { (after[$0] - before[$0]) * Float(polarities[$0]) })
  }

  /// Adds a read after the last pulse, where the one before it was lost.
  ///
  /// The entry is put where the one before it lay relative to its second read; its step stays unknown.
  public mutating func append(after: [Float], pulses count: Int) {
    let (state, end) = (states[states.count - 1], ends[ends.count - 1])
    pulses.append(count)
    states.append(after.indices.map { after[$0] + state[$0] - end[$0] })
    ends.append(after)
  }

  /// The mean of ``states`` over the last part of the pulses, cell by cell; at least the last of them.
  ///
  /// - Parameters:
  ///   - part: the part, from 0 to 1.
  ///   - entry: the entry at which the pulses end; nil for the last one.
  public func average(ofLast part: Double, upTo entry: Int? = nil) -> [Float] {
    let end = entry ?? pulses.count - 1
    let total = Double(pulses[end])
    let from = pulses[...end].firstIndex { Double($0) > (1 - part) * total } ?? end
    let tail = states[from...end]
    return states[0].indices.map { cell in
      Float(tail.reduce(0.0) { $0 + Double($1[cell]) } / Double(tail.count))
    }
  }

  /// The variance of an entry of ``states`` around the course of its cell, averaged over the cells.
  ///
  /// This is read noise and write noise, and the little that one pulse adds.
  ///
  /// Neighbouring steps of a cell differ by their noise alone, which has twice the variance of a step,
  /// and a step has four times that of a mean of two reads.
  var observationVariance: Double {
    guard steps.count > 1 else { return 0 }
    var (sum, count) = (0.0, 0.0)
    for entry in 1..<steps.count {
      for cell in steps[entry].indices {
        let difference = Double(steps[entry][cell] - steps[entry - 1][cell])
        sum += difference * difference
      }
      count += Double(steps[entry].count)
    }
    return sum / count / 8
  }
}
