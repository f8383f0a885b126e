extension PulseTrain {
  /// The first steps of this train, as a train: what was fired when it was stopped there.
  ///
  /// - Precondition: an alternating train stops after a whole number of pairs.
  public func first(steps: Int) -> PulseTrain {
    var part = self
    switch pattern {
    case .uniform(let polarity, let count):
      part.pattern = .uniform(polarity, count: min(count, steps))
    case .alternating(let pairs):
      precondition(steps.isMultiple(of: 2), "an alternating train stops between pairs")
      part.pattern = .alternating(pairs: min(pairs, steps / 2))
    case .counts(let counts):
      part.pattern = .counts(
        counts.map { Int16(clamping: max(-steps, min(steps, Int($0)))) })
    case .outerProduct(let rowLines, let columnLines, let slots):
      part.pattern = .outerProduct(
        rowLines: rowLines.map { $0.first(slots: steps) },
        columnLines: columnLines.map { $0.first(slots: steps) }, slots: min(slots, steps))
    }
    return part
  }

  /// What is left of this train after its first steps, as trains; without those steps it is the same act.
  ///
  /// An alternating train that stopped after an up pulse goes on with its down pulse.
  public func rest(after steps: Int) -> [PulseTrain] {
    func part(_ pattern: Pattern) -> PulseTrain {
      var part = self
      part.pattern = pattern
      return part
    }
    guard steps < self.steps else { return [] }
    switch pattern {
    case .uniform(let polarity, let count): return [part(.uniform(polarity, count: count - steps))]
    case .alternating(let pairs):
      let whole = part(.alternating(pairs: pairs - (steps + 1) / 2))
      return (steps.isMultiple(of: 2) ? [] : [part(.uniform(.down, count: 1))])
        + (whole.steps > 0 ? [whole] : [])
    case .counts(let counts):
      return [
        part(.counts(counts.map { $0 - Int16(clamping: max(-steps, min(steps, Int($0)))) }))
      ]
    case .outerProduct(let rowLines, let columnLines, let slots):
      return [
        part(
          .outerProduct(
            rowLines: rowLines.map { $0.without(first: steps) },
            columnLines: columnLines.map { $0.without(first: steps) }, slots: slots - steps))
      ]
    }
  }

  /// Whether the train surely half-selects no cell: all cells of the tile at once, or no shared lines.
  public func exposesNothing(rows: Int, columns: Int) -> Bool {
    if scheme == .isolated { return true }
    switch pattern {
    case .uniform, .alternating:
      return region.rows.count == rows && region.columns.count == columns
    case .counts, .outerProduct: return false
    }
  }
}
