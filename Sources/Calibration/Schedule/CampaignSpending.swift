public import PhysicalUnits

/// What a campaign spends of what several campaigns share.
public struct CampaignSpending: Sendable, Hashable, Codable {
  /// Pulses of both polarities over all cells.
  public var pulses: Int
  /// Energy in the cells, as limits count it.
  public var energy: Joules
  /// Time on the device.
  public var time: Seconds

  /// Describes a spending.
  public init(pulses: Int = 0, energy: Joules = .zero, time: Seconds = .zero) {
    (self.pulses, self.energy, self.time) = (pulses, energy, time)
  }

  /// As people read it.
  public var text: String {
    let energy = EngineeringNotation.format(energy.value, unit: "J", digits: 3)
    let time = EngineeringNotation.format(time.value, unit: "s", digits: 3)
    return "\(pulses) pulses, \(energy), \(time)"
  }

  /// The sum of two.
  public static func + (left: CampaignSpending, right: CampaignSpending) -> CampaignSpending {
    CampaignSpending(
      pulses: left.pulses + right.pulses, energy: left.energy + right.energy,
      time: left.time + right.time)
  }
}
