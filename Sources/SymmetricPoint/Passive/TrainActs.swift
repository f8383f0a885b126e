import DeviceContract

/// What a part of a train does to the cells of its region.
enum TrainActs {
  /// All cells get the same, one act after the other.
  case same([CellActs])
  /// Each cell gets pulses of one polarity.
  case each(SignedCounts)

  /// The steps of a train from one on, up to another one.
  ///
  /// - Parameters:
  ///   - first: steps before.
  ///   - end: the step before which it stops; ``PulseTrain/steps`` for the end of the train.
  init(_ train: PulseTrain, from first: Int, to end: Int) {
    switch train.pattern {
    case .uniform(let polarity, _):
      self = .same([.burst(polarity == .up ? end - first : first - end)])
    case .alternating:
      var (acts, step) = ([CellActs](), first)
      if !step.isMultiple(of: 2), step < end { (acts, step) = ([.burst(-1)], step + 1) }
      if end - step >= 2 { acts.append(.pairs((end - step) / 2)) }
      if !(end - step).isMultiple(of: 2), end > step { acts.append(.burst(1)) }
      self = .same(acts)
    case .counts, .outerProduct:
      let rest = first == 0 ? [train] : train.rest(after: first)
      let part = end >= train.steps ? rest : rest.map { $0.first(steps: end - first) }
      self = .each(part.first?.signedCounts ?? SignedCounts([]))
    }
  }

  /// What is known to have been fired of a train that did not run whole.
  ///
  /// In which order both polarities came is not known; up comes first in every pair.
  static func part(_ cells: CellCounts) -> [[CellActs]] {
    zip(cells.up, cells.down).map { up, down in
      let pairs = Int(min(up, down))
      let rest = Int(up) - Int(down)
      return (pairs > 0 ? [.pairs(pairs)] : []) + (rest != 0 ? [.burst(rest)] : [])
    }
  }
}
