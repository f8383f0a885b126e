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
    try require(averages > 0, "\(averages) samples of each read: 1 or more are possible")
  }
}

extension RuleSettings {
  /// Arrays that a layer needs.
  public var arrays: Int {
    switch self {
    case .digital: 0
    case .analogSGD: 1
    case .multiTile(let settings): settings.tiles
    default: 2
    }
  }

  /// The settings in one line, such as a record holds.
  public var summary: String {
    let parts = String(describing: self)
    return parts.replacing("AnalogTraining.", with: "").replacing("Settings", with: "")
  }
}
