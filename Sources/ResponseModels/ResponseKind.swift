/// The response functions of the field, under the names that aihwkit gave them.
///
/// Source of all equations: aihwkit 1.2.0 (Rasch et al., AICAS 2021), re-derived from its behaviour.
public enum ResponseKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// Every pulse moves the cell by the same amount.
  case constantStep = "ConstantStep"
  /// The step falls (or rises) linearly with the weight.
  case linearStep = "LinearStep"
  /// The step falls linearly to 0 at the cell's own bound.
  case softBounds = "SoftBounds"
  /// ``softBounds`` given by the number of pulses over a range.
  case softBoundsPmax = "SoftBoundsPmax"
  /// ``softBounds`` seen against the state of a reference cell.
  case softBoundsReference = "SoftBoundsReference"
  /// The step falls exponentially with the weight.
  case expStep = "ExpStep"
  /// The step is a power of the distance to the bound.
  case powStep = "PowStep"
  /// ``powStep`` seen against the state of a reference cell.
  case powStepReference = "PowStepReference"
  /// The step is interpolated in a table over the range of the cell.
  case piecewiseStep = "PiecewiseStep"

  /// The kind with this name, in any case and with or without a trailing "Device".
  public init?(name: String) {
    var wanted = name.lowercased().filter { $0 != "-" && $0 != "_" }
    if wanted.hasSuffix("device") { wanted.removeLast("device".count) }
    guard let kind = Self.allCases.first(where: { $0.rawValue.lowercased() == wanted })
    else { return nil }
    self = kind
  }

  /// Whether cells are seen against a reference state of their own.
  public var hasReference: Bool { self == .softBoundsReference || self == .powStepReference }

  /// Whether a pulse can leave a write noise on the visible weight.
  public var hasWriteNoise: Bool { self != .constantStep && self != .powStepReference }
}
