import AnalogTraining
import ArgumentParser
import ResponseModels

/// How a command is told how weights learn.
struct RuleOptions: ParsableArguments {
  @Option(
    help: """
      The update rule: digital, sgd, tt-v1, tt-v2, c-tt-v2, agad, rl, rl-v2, rider, e-rider, e-rider-hp, two-stage or \
      multi-tile.
      """)
  var algorithm: String

  @Option(help: "The step on the array that gradients pulse. [as published; 1 for most on digits]")
  var fastRate: Float?

  @Option(help: "The rate of transfers. [as published; .03 for most on digits]")
  var transferRate: Float?

  @Option(help: "The part of the fast array in the weights. [as published]")
  var gamma: Float?

  @Option(help: "The probability that the sign of a column turns over at a visit. [as published]")
  var chop: Double?

  @Option(
    help: ArgumentHelp(
      """
      Programs each new reference of e-rider into an array of its own, in so many rounds of a read and pulses; 0 for a \
      reference in digital numbers. [0]
      """, valueName: "rounds"))
  var referenceArray: Int?

  @Option(help: "The gain of the moving average. [as published]")
  var gain: Float?

  @Option(help: "What a buffer entry keeps of itself after a pulse. [as published]")
  var momentum: Float?

  @Option(
    help: """
      Scales transfers with the number of columns, so that layers whose columns are visited more rarely learn as \
      fast; 0 for not. [as published; 0 on digits]
      """)
  var autoGranularity: Float?

  @Option(help: "Pulses of zero-shifting a cell, of two-stage. [4000]")
  var zeroShift: Int?

  @Option(help: "Arrays of a weight, of multi-tile. [4]")
  var arrays: Int?

  @Option(help: "Mini-batches from one transfer to the next. [as published]")
  var transferEvery: Int?

  @Option(
    help:
      "How the step on the array that gradients pulse changes: constant, step:0.5/30 or exp:0.97.")
  var fastSchedule = "constant"

  @Option(help: "How the rate of transfers changes: constant, step:0.5/30 or exp:0.97.")
  var transferSchedule = "constant"

  @Option(help: "Whether rows and columns of bit lines get equal highest probabilities: on or off.")
  var updateManagement = Switch.on

  @Option(help: "Whether bit lines are only as long as their largest increment needs: on or off.")
  var bitLengthManagement = Switch.on

  @Option(help: "The most slots of a bit line, 1 to 64.")
  var longestBitLine = 5

  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  /// Puts what is not of the rule itself into the settings of a training.
  func set(_ settings: inout TrainingSettings) throws {
    settings.fastSchedule = try LearningRateSchedule(parsing: fastSchedule)
    settings.transferSchedule = try LearningRateSchedule(parsing: transferSchedule)
    guard settings.rule.transfers || settings.transferSchedule == .constant else {
      throw CommandFailure(
        .usage, "--transfer-schedule: the rule \(settings.rule.name) has no transfers; leave it out"
      )
    }
    settings.managesUpdate = updateManagement == .on
    settings.managesLength = bitLengthManagement == .on
    settings.longestBitLine = longestBitLine
  }

  /// What of it decides the result, for the record of a run.
  func record(_ settings: TrainingSettings) -> [String: String] {
    [
      "update management": updateManagement.rawValue,
      "bit-length management": bitLengthManagement.rawValue,
      "longest bit line": "\(settings.longestBitLine)",
      "fast schedule": settings.fastSchedule.description,
      "transfer schedule": settings.transferSchedule.description,
    ]
  }

  /// The rule with its settings.
  func resolved(data: String) throws -> RuleSettings {
    guard var rule = RuleSettings(named: algorithm) else {
      throw CommandFailure(
        .usage,
        "--algorithm \"\(algorithm)\": there is no such rule; "
          + Spelling.suggestion(for: algorithm, in: RuleSettings.names))
    }
    try check()
    if data == "digits" { rule = rule.suitingDigits() }
    var changes = RuleSettings.Changes()
    (changes.fastRate, changes.transferRate, changes.gamma) = (fastRate, transferRate, gamma)
    (changes.chopProbability, changes.gain, changes.momentum) = (chop, gain, momentum)
    (changes.autoGranularity, changes.referenceRounds) = (autoGranularity, referenceArray)
    (changes.zeroShiftPulses, changes.tiles, changes.every) = (zeroShift, arrays, transferEvery)
    return try rule.changed(by: changes)
  }

  private func check() throws {
    func require<Value: Comparable>(
      _ name: String, _ value: Value?, _ range: ClosedRange<Value>, _ words: String
    ) throws {
      guard let value, !range.contains(value) else { return }
      throw CommandFailure(.usage, "--\(name) is \(value): \(words) are possible")
    }
    let small = Float.leastNormalMagnitude
    try require("fast-rate", fastRate, small...1e6, "numbers above 0")
    try require("transfer-rate", transferRate, small...1e6, "numbers above 0")
    try require("gamma", gamma, 0...10, "numbers from 0 to 10")
    try require("chop", chop, 0...1, "probabilities")
    try require("gain", gain, small...1, "numbers above 0 and up to 1")
    try require("zero-shift", zeroShift, 2...100_000_000, "counts from 2 on")
    try require("reference-array", referenceArray, 0...1_000, "counts up to 1000")
    try require("arrays", arrays, 2...250, "2 to 250")
    try require("transfer-every", transferEvery, 1...1_000_000_000, "counts from 1 on")
    try require("momentum", momentum, 0...1, "numbers from 0 to 1")
    try require("auto-granularity", autoGranularity, 0...1e9, "numbers from 0 on")
  }
}
