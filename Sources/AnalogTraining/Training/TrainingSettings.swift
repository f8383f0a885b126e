/// All that a training depends on besides its data and its device.
public struct TrainingSettings: Sendable, Hashable, Codable {
  /// The network.
  public var network: NetworkDescription
  /// How its weights learn.
  public var rule: RuleSettings
  /// Images of a mini-batch; what is left over at the end of an epoch is left out.
  public var batch = 10
  /// Passes over the data.
  public var epochs = 60
  /// The learning rate of the digital biases.
  public var biasRate: Float = 0.1
  /// How that rate changes.
  public var schedule = LearningRateSchedule.constant
  /// What stands between numbers and arrays; ideal where the device multiplies with a periphery of its own.
  public var periphery = Periphery.paper
  /// Whether the arrays make the products of the network themselves, and weights are not read back for it.
  public var multipliesOnDevice = false
  /// Whether all that the network sees is read again at the beginning of each epoch, and not only lines that fired.
  ///
  /// What disturbs, relaxes or drifts moves cells that nobody pulsed. Other noise is in reads that come after it.
  public var rereadsEachEpoch = false
  /// Samples of each read.
  public var averages = 1
  /// What every random number stands on.
  public var seed: UInt64 = 1
  /// The mean step of a pulse at weight 0, in weights.
  public var granularity: Float
  /// The range between the mean bounds of a cell, in weights.
  public var range: Float
  /// The most slots of a bit line: `desired_bl`.
  public var longestBitLine = 5
  /// See ``BitLinePlanner/managesUpdate``.
  public var managesUpdate = true
  /// See ``BitLinePlanner/managesLength``.
  public var managesLength = true
  /// How the step on the array that gradients pulse changes.
  public var fastSchedule = LearningRateSchedule.constant
  /// How the rate of transfers changes.
  public var transferSchedule = LearningRateSchedule.constant
  /// The symmetric points of the array that the gradients pulse, one entry a layer, where they are known beforehand; empty
  /// for not.
  public var known: [KnownReference?] = []
  /// How what the rules track is watched; nil for not.
  public var watch: WatchSettings?
  /// Whether the initial weights are written into the array that holds them, as far as whole pulses can.
  public var programsInitialWeights = true

  /// Settings of the field for a network, a rule and a device.
  public init(
    network: NetworkDescription, rule: RuleSettings, granularity: Float, range: Float
  ) {
    (self.network, self.rule) = (network, rule)
    (self.granularity, self.range) = (granularity, range)
  }

  /// Turns increments into pulses.
  public var planner: BitLinePlanner {
    var planner = BitLinePlanner(granularity: granularity, longest: longestBitLine)
    (planner.managesUpdate, planner.managesLength) = (managesUpdate, managesLength)
    return planner
  }
}
