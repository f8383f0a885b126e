import DeviceContract
import PhysicalUnits

/// Limits of several authorities, all in force; where two limit the same, the tighter wins.
///
/// Protected cells add up. Forming must be allowed by one authority at least and forbidden by none.
public struct LimitSet: Sendable, Hashable {
  /// The limits as they were given, in order.
  public let sources: [LimitSource]
  let perCell, perArray, perCampaign, life, energy, time, exposures: LimitBound?
  let perCause: [Cause: LimitBound]
  let amplitude, width, voltageTime, compliance, rate: LimitBound?
  let protected: [ProtectedCells]
  /// Who forbids forming, or nil where it is allowed.
  let formingForbiddenBy: String?

  /// Cells that may not be pulsed, and who says so.
  struct ProtectedCells: Sendable, Hashable {
    let region: CellRegion
    let setBy: String
  }

  /// Puts limits together.
  ///
  /// - Throws: ``LimitError`` for a limit that is negative, NaN or infinite, and for a share of life where
  ///   no source states an endurance.
  public init(_ sources: [LimitSource]) throws(LimitError) {
    for source in sources { try source.validate() }
    self.sources = sources
    let pulses = { (name: String, value: (Limits) -> Int?) in
      Self.tightest(sources, name, "pulses") { value($0).map(Double.init) }
    }
    perCell = pulses("pulses of each cell", \.perCell)
    perArray = pulses("pulses of each array", \.perArray)
    perCampaign = pulses("pulses of the campaign", \.perCampaign)
    var causes: [Cause: LimitBound] = [:]
    for cause in Cause.allCases {
      causes[cause] = pulses("pulses of the cause \(cause.rawValue)") { $0.perCause[cause] }
    }
    perCause = causes
    life = try Self.life(sources)
    energy = Self.tightest(sources, "energy of the campaign", "J", \.energy?.value)
    time = Self.tightest(sources, "time on the device", "s", \.time?.value)
    exposures = Self.tightest(sources, "half-select exposures of each cell", "exposures") {
      $0.exposuresPerCell.map(Double.init)
    }
    amplitude = Self.tightest(sources, "amplitude", "V", \.amplitude?.value)
    width = Self.tightest(sources, "width", "s", \.width?.seconds.value)
    voltageTime = Self.tightest(sources, "amplitude times width", "V s", \.voltageTime?.value)
    compliance = Self.tightest(sources, "compliance", "A", \.compliance?.value)
    rate = Self.tightest(sources, "pulse rate", "Hz", \.rate?.value)
    protected = sources.flatMap { source in
      source.limits.protected.map { ProtectedCells(region: $0, setBy: source.name) }
    }
    formingForbiddenBy =
      sources.first { $0.limits.forming == false }?.name
      ?? (sources.contains { $0.limits.forming == true } ? nil : "default")
  }

  /// The limits of a budget alone.
  ///
  /// - Throws: ``LimitError`` as ``init(_:)`` does.
  public init(_ budget: PulseBudget, setBy name: String = "--budget") throws(LimitError) {
    try self.init([LimitSource(name, budget.limits)])
  }

  private init() {
    sources = []
    (perCell, perArray, perCampaign, life, energy, exposures) = (nil, nil, nil, nil, nil, nil)
    time = nil
    (amplitude, width, voltageTime, compliance, rate) = (nil, nil, nil, nil, nil)
    (perCause, protected, formingForbiddenBy) = ([:], [], "default")
  }

  /// No limit but that nothing may be formed.
  public static let unlimited = LimitSet()

  private static func tightest(
    _ sources: [LimitSource], _ name: String, _ unit: String, _ value: (Limits) -> Double?
  ) -> LimitBound? {
    let bounds = sources.compactMap { source in
      value(source.limits).map {
        LimitBound(name: name, unit: unit, value: $0, setBy: source.name)
      }
    }
    return bounds.min { $0.value < $1.value }
  }

  /// The share of life in pulses, by the smallest share and the smallest endurance that are stated.
  private static func life(_ sources: [LimitSource]) throws(LimitError) -> LimitBound? {
    guard let share = tightest(sources, "share of life", "", \.lifeShare) else { return nil }
    guard let endurance = tightest(sources, "endurance", "pulses", \.endurance) else {
      throw LimitError(
        setBy: share.setBy,
        explanation: "\(percent(share.value)) of life are allowed, but nobody states the endurance "
          + "that this is a part of; add endurance = PULSES under [chip] of a bench file")
    }
    return LimitBound(
      name: "pulses in the life of each cell "
        + "(\(percent(share.value)) of \(LimitBound.text(endurance.value, unit: "pulses")))",
      unit: "pulses", value: (share.value * endurance.value * (1 + 1e-12)).rounded(.down),
      setBy: share.setBy)
  }

  private static func percent(_ share: Double) -> String {
    let hundredths = (share * 1e6).rounded() / 1e4
    return (Int(exactly: hundredths).map(String.init) ?? "\(hundredths)") + " %"
  }
}
