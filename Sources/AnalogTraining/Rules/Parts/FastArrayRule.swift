import DeviceContract
public import ReproducibleNoise

/// A rule whose gradients pulse a fast array that is written into a slow one.
public protocol FastArrayRule: UpdateRule {
  /// What all such rules have in common.
  var parts: FastArray { get set }
}

extension FastArrayRule {
  /// A fast and a slow one.
  public var arrays: Int { 2 }

  /// What was counted so far.
  public var tally: RuleTally { parts.tally }

  /// Factors for both rates.
  public mutating func scaleRates(_ scale: RateScale) { parts.scale = scale }

  /// Those of the transfer.
  public var mostTransfer: [ArrayPulses] { parts.mostTransfer }

  /// What is read beyond the known reference is written; rules that follow one of their own do otherwise.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep {
    switch parts.visit(answer) {
    case .step(let step): return step
    case .found(let values, let columns):
      return parts.write(
        parts.residual(values, columns: columns), columns: columns, using: &random)
    }
  }

  /// The gradient, with the chopper's signs.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] { parts.update(gradient, using: &random) }
}
