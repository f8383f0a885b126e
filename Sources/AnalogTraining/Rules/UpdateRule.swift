import DeviceContract
public import ReproducibleNoise

/// How the weights of one layer learn: what its arrays are pulsed with, and what is read of them.
///
/// A rule is a value and a state machine: it is given gradients and what was read, and says what to fire and
/// what to read next. It reaches no device, so that the same rule runs on every backend, can be stored in a
/// checkpoint, and is tested without one. To add a rule, conform to this protocol in one file of this folder
/// and name it in ``RuleSettings``.
public protocol UpdateRule: Sendable, Codable {
  /// Crossbar arrays that the layer needs; the one that receives the gradients is array 0.
  var arrays: Int { get }
  /// How the weights that the network is evaluated at are made of what the arrays hold.
  var mixing: WeightMixing { get }
  /// What the rule knows of the symmetric points of array 0; nil for rules that know nothing of it.
  var reference: (any SymmetricPointTracker)? { get }
  /// What the watch over ``reference`` has told; empty without one.
  var alarms: [DriftAlarm] { get }
  /// What was counted so far.
  var tally: RuleTally { get }
  /// The array that the initial weights are programmed into; nil for a rule that holds them itself.
  var programmed: Int? { get }

  /// What must be found of array 0 before the training; nil for nothing, and when it was found.
  var preparation: ReferencePreparation? { get }

  /// Takes what the ``preparation`` has found.
  mutating func take(_ known: KnownReference)

  /// Takes factors for the step on the array that gradients pulse, and for the rate of transfers: of learning-rate
  /// schedules, before each epoch.
  mutating func scaleRates(_ scale: RateScale)

  /// Told after each epoch with its mean loss.
  mutating func epochEnded(loss: Double)

  /// The pulses for the gradient of one mini-batch.
  mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses]

  /// The most that the transfers of the next mini-batch can fire, so that a limit stops a training between two
  /// of them.
  var mostTransfer: [ArrayPulses] { get }

  /// The mini-batch, counted from 1, before which no transfer can write; 1 for rules that write from the first on.
  var firstWrite: Int { get }

  /// What to do next after the update of a mini-batch: first asked with `nil`, then with each answer, until it
  /// says ``TransferStep/done``.
  mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep
}

extension UpdateRule {
  /// The arrays whose cells the network sees.
  public var seen: [Int] { mixing.arrays }

  /// The weights that the network is evaluated at.
  ///
  /// - Parameter arrays: the cells of each array as last read, rows times columns of the layer; those that are
  ///   not ``seen`` are nil.
  public func weights(seeing arrays: [Matrix?]) -> Matrix { mixing.weights(seeing: arrays) }

  /// The last array: the slow one where there are two.
  public var programmed: Int? { arrays - 1 }

  /// Nothing.
  public var mostTransfer: [ArrayPulses] { [] }

  /// At once.
  public var firstWrite: Int { 1 }

  /// Nothing.
  public var reference: (any SymmetricPointTracker)? { nil }

  /// None.
  public var alarms: [DriftAlarm] { [] }

  /// Nothing.
  public var preparation: ReferencePreparation? { nil }

  /// There was nothing to find.
  public mutating func take(_ known: KnownReference) {}

  /// Most rules do not mind.
  public mutating func epochEnded(loss: Double) {}
}

/// What the rates of a rule are multiplied by.
public struct RateScale: Sendable, Hashable, Codable {
  /// For the step on the array that gradients pulse.
  public var fast: Float = 1
  /// For the rate of transfers.
  public var transfer: Float = 1

  /// The rates as they were set.
  public init() {}
}

/// The next thing that a rule needs.
public enum TransferStep: Sendable {
  /// Read whole columns of an array, row-major over them.
  case read(array: Int, columns: Range<Int>)
  /// Fire pulses; the answer to it is empty.
  case fire([ArrayPulses])
  /// Nothing more in this mini-batch.
  case done
}

/// The gradient of the loss in the weights of a layer.
public enum WeightGradient: Sendable {
  /// A sum of outer products, one a sample: fired as stochastic bit lines, one train a sample.
  case outerProducts(LayerGradient)
  /// One number a weight: fired as counts.
  case elements(Matrix)
}

/// What a rule has done; exact, since no chance is in it but for pulses.
public struct RuleTally: Sendable, Hashable, Codable {
  /// Pulse cycles of the gradient updates: slots in time, in which any number of cells may be pulsed.
  public var cycles = 0
  /// Columns read for transfers.
  public var columnReads = 0
  /// Changes of sign of a chopper.
  public var flips = 0
  /// Columns whose reference was latched or programmed.
  public var latches = 0

  /// Nothing yet.
  public init() {}

  /// The sums.
  public static func + (a: RuleTally, b: RuleTally) -> RuleTally {
    var sum = a
    sum.cycles += b.cycles
    sum.columnReads += b.columnReads
    sum.flips += b.flips
    sum.latches += b.latches
    return sum
  }
}
