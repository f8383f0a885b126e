extension RuleSettings {
  /// The names of all rules.
  public static var names: [String] { published.map(\.name) }

  /// Every rule with its published settings.
  private static let published: [RuleSettings] = [
    .digital(.init()), .analogSGD(.init()), .tikiTaka(.init()), .bufferedTikiTaka(.init()),
    .choppedTikiTaka(.init()), .agad(.init()), .residual(.init()), .bufferedResidual(.init()),
    .rider(.init()), .erider(.init()), .halfPeriodERIDER(.init()), .twoStage(.init()),
    .multiTile(.init()),
  ]

  /// The rule of a name, with its published settings; nil where there is none of that name.
  public init?(named name: String) {
    guard let rule = Self.published.first(where: { $0.name == name.lowercased() }) else {
      return nil
    }
    self = rule
  }

  /// What may be set of a rule from outside; nil leaves what is published.
  public struct Changes: Sendable, Hashable, Codable {
    /// The step on the array that gradients pulse.
    public var fastRate: Float?
    /// The rate of transfers.
    public var transferRate: Float?
    /// The part of the fast array in the weights.
    public var gamma: Float?
    /// The probability of a flip.
    public var chopProbability: Double?
    /// The gain of the moving average.
    public var gain: Float?
    /// `auto_granularity`.
    public var autoGranularity: Float?
    /// `momentum`.
    public var momentum: Float?
    /// Pulses of zero-shifting, a cell.
    public var zeroShiftPulses: Int?
    /// Arrays of a weight.
    public var tiles: Int?
    /// Mini-batches from one transfer to the next.
    public var every: Int?
    /// Rounds in which a reference is programmed into an array of its own.
    public var referenceRounds: Int?

    /// Nothing.
    public init() {}
  }

  /// The settings that suit the 8 x 8 digits and cells of few states, where they differ from the published ones, which
  /// are for MNIST: steps of 1 on the fast array, .03 for transfers, and no scaling with the number of columns, since
  /// columns are visited often.
  ///
  /// Several arrays of a weight have a grid of their own (see `tare study tiles`): where there are ten times fewer
  /// mini-batches than in the paper, its rates move the finest array too little, and a coarse array that is transferred
  /// five times more rarely than the next is hardly ever written, so that they begin warm, from the coarsest on.
  public func suitingDigits() -> RuleSettings {
    var changes = Changes()
    switch self {
    case .digital: return self
    case .multiTile(var settings):
      (settings.fastRate, settings.gamma, settings.startsWarm) = (2, 0.7, true)
      (settings.transferRate, settings.transferGrowth, settings.everyGrowth) = (0.3, 1, 4)
      return .multiTile(settings)
    case .analogSGD: changes.fastRate = 0.03
    case .tikiTaka: (changes.fastRate, changes.transferRate) = (0.3, 0.01)
    case .residual, .bufferedResidual:
      (changes.fastRate, changes.transferRate, changes.gamma) = (0.3, 0.01, 0.1)
    default: (changes.fastRate, changes.transferRate, changes.autoGranularity) = (1, 0.03, 0)
    }
    return (try? changed(by: changes)) ?? self
  }

  /// The settings with changes.
  ///
  /// - Throws: ``TrainingError/Code/badSetting`` with the name of one that the rule does not have.
  public func changed(by changes: Changes) throws(TrainingError) -> RuleSettings {
    var left = changes
    let result: RuleSettings
    switch self {
    case .digital(var settings):
      left.take(\.fastRate, into: &settings.rate)
      result = .digital(settings)
    case .analogSGD(var settings):
      left.take(\.fastRate, into: &settings.rate)
      result = .analogSGD(settings)
    case .tikiTaka(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.transferRate, into: &settings.transferRate)
      left.take(\.every, into: &settings.every)
      result = .tikiTaka(settings)
    case .bufferedTikiTaka(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(into: &settings.buffer)
      result = .bufferedTikiTaka(settings)
    case .choppedTikiTaka(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.chopProbability, into: &settings.chopProbability)
      left.take(into: &settings.buffer)
      result = .choppedTikiTaka(settings)
    case .agad(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.chopProbability, into: &settings.chopProbability)
      left.take(into: &settings.buffer)
      result = .agad(settings)
    case .residual(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.transferRate, into: &settings.transferRate)
      left.take(\.gamma, into: &settings.gamma)
      left.take(\.every, into: &settings.every)
      result = .residual(settings)
    case .bufferedResidual(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.transferRate, into: &settings.transferRate)
      left.take(\.gamma, into: &settings.gamma)
      left.take(\.every, into: &settings.every)
      result = .bufferedResidual(settings)
    case .rider(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.gamma, into: &settings.gamma)
      left.take(\.gain, into: &settings.gain)
      left.take(into: &settings.writing)
      result = .rider(settings)
    case .erider(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.gamma, into: &settings.gamma)
      left.take(\.chopProbability, into: &settings.chopProbability)
      if let gain = left.gain { (settings.gain, left.gain) = (gain, nil) }
      left.take(\.referenceRounds, into: &settings.referenceRounds)
      left.take(into: &settings.writing)
      result = .erider(settings)
    case .halfPeriodERIDER(var settings):
      left.take(\.fastRate, into: &settings.common.fastRate)
      left.take(\.gamma, into: &settings.common.gamma)
      left.take(\.chopProbability, into: &settings.common.chopProbability)
      left.take(\.referenceRounds, into: &settings.common.referenceRounds)
      left.take(into: &settings.common.writing)
      result = .halfPeriodERIDER(settings)
    case .twoStage(var settings):
      left.take(\.zeroShiftPulses, into: &settings.preparation.pulses)
      switch settings.second {
      case .buffered(var second):
        left.take(\.fastRate, into: &second.fastRate)
        left.take(into: &second.buffer)
        settings.second = .buffered(second)
      case .residual(var second):
        left.take(\.fastRate, into: &second.fastRate)
        left.take(\.transferRate, into: &second.transferRate)
        left.take(\.gamma, into: &second.gamma)
        left.take(\.every, into: &second.every)
        settings.second = .residual(second)
      }
      result = .twoStage(settings)
    case .multiTile(var settings):
      left.take(\.fastRate, into: &settings.fastRate)
      left.take(\.transferRate, into: &settings.transferRate)
      left.take(\.gamma, into: &settings.gamma)
      left.take(\.tiles, into: &settings.tiles)
      left.take(\.every, into: &settings.every)
      result = .multiTile(settings)
    }
    guard let other = left.firstName else { return result }
    throw TrainingError(
      .badSetting, "the rule \(name) has no \(other), so that it cannot be set; leave it out")
  }
}

extension RuleSettings.Changes {
  fileprivate mutating func take<Value>(
    _ change: WritableKeyPath<Self, Value?>, into setting: inout Value
  ) {
    guard let value = self[keyPath: change] else { return }
    (setting, self[keyPath: change]) = (value, nil)
  }

  fileprivate mutating func take(into buffer: inout BufferSettings) {
    take(\.transferRate, into: &buffer.transferRate)
    take(\.autoGranularity, into: &buffer.autoGranularity)
    take(\.momentum, into: &buffer.momentum)
    take(\.every, into: &buffer.every)
  }

  fileprivate mutating func take(into writing: inout RIDER.Writing) {
    switch writing {
    case .buffered(var buffer):
      take(into: &buffer)
      writing = .buffered(buffer)
    case .stochastic(var rate):
      take(\.transferRate, into: &rate)
      writing = .stochastic(rate: rate)
    }
  }

  /// What has not been taken, as the command line names it.
  fileprivate var firstName: String? {
    [
      ("fast rate", fastRate != nil), ("transfer rate", transferRate != nil),
      ("gamma", gamma != nil), ("chopping probability", chopProbability != nil),
      ("gain of an average", gain != nil), ("automatic granularity", autoGranularity != nil),
      ("momentum", momentum != nil), ("zero-shifting", zeroShiftPulses != nil),
      ("number of tiles", tiles != nil), ("mini-batches between transfers", every != nil),
      ("array for the reference", referenceRounds != nil),
    ].first { $0.1 }?.0
  }
}
