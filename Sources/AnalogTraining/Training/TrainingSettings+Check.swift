extension TrainingSettings {
  /// Whether the numbers can be used with so many images to learn from.
  ///
  /// - Throws: ``TrainingError/Code/badSetting`` with the name of one that cannot.
  public func check(images: Int) throws(TrainingError) {
    func require(_ holds: Bool, _ text: String) throws(TrainingError) {
      guard !holds else { return }
      throw TrainingError(.badSetting, text)
    }
    try require(
      (1...images).contains(batch),
      "a mini-batch of \(batch) images: 1 to \(images) are possible with these data")
    try require(
      (1...1_000_000).contains(epochs), "\(epochs) epochs: 1 to 1000000 are possible")
    try require(
      biasRate >= 0 && biasRate.isFinite,
      "a learning rate of \(biasRate) for biases: numbers from 0 on are possible")
    try require(
      (1...64).contains(longestBitLine),
      "bit lines of \(longestBitLine) slots: 1 to 64 are possible")
    try require(averages > 0, "\(averages) samples of each read: 1 or more are possible")
  }
}

extension TrainingSettings {
  /// What is to be known before the first pulse of a training with so many images: layers whose weights would never be
  /// written.
  ///
  /// - Throws: ``TrainingError`` where the rule cannot learn.
  public func notes(images: Int) throws(TrainingError) -> [String] {
    let steps = images / batch
    var notes: [String] = []
    for (layer, shape) in network.weightShapes.enumerated() {
      let first = try rule.rule(
        for: RuleLayer(shape: shape, planner: planner, range: range),
        initial: Matrix(rows: shape.rows, columns: shape.columns)
      ).firstWrite
      guard first > steps * epochs else { continue }
      let needed = first == .max ? "more epochs than there can be" : "\((first - 1) / steps + 1)"
      notes.append(
        "layer \(layer + 1) will never be written: the first sign of its chopper turns over too late for mini-batch "
          + "\(steps * epochs), the last one; it takes \(needed) epochs of \(steps), or a higher chopping probability"
      )
    }
    return notes
  }
}

extension RuleSettings {
  /// Arrays that a layer needs.
  public var arrays: Int {
    switch self {
    case .digital: 0
    case .analogSGD: 1
    case .multiTile(let settings): settings.tiles
    case .erider(let settings): settings.referenceRounds > 0 ? 3 : 2
    case .halfPeriodERIDER(let settings): settings.common.referenceRounds > 0 ? 3 : 2
    default: 2
    }
  }

  /// Whether anything is read of one array and written into another.
  public var transfers: Bool { arrays > 1 }

  /// The settings in one line, such as a record holds.
  public var summary: String {
    let parts = String(describing: self)
    return parts.replacing("AnalogTraining.", with: "").replacing("Settings", with: "")
  }
}
