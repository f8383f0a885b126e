public import PhysicalUnits
public import PulseLedger

/// What several campaigns may spend together.
///
/// Each is granted its part before the first pulse, and held to it as to any other limit: the sum of all parts is never
/// more than there is, whatever becomes of the campaigns.
public struct SharedBudget: Sendable, Hashable, CustomStringConvertible {
  /// Pulses of both polarities over all cells of all campaigns; nil for no limit.
  public var pulses: Int?
  /// Energy in the cells; nil for no limit.
  public var energy: Joules?
  /// Time on the devices, added up; nil for no limit.
  public var time: Seconds?

  /// Describes a budget.
  public init(pulses: Int? = nil, energy: Joules? = nil, time: Seconds? = nil) {
    (self.pulses, self.energy, self.time) = (pulses, energy, time)
  }

  /// What a campaign asks for.
  public struct Request: Sendable, Hashable {
    /// Campaigns with a higher one are granted first.
    public var priority: Int
    /// What it is expected to spend: less than that is of no use to it.
    public var expected: CampaignSpending
    /// What it spends at worst: more than that is of no use either.
    public var most: CampaignSpending

    /// Describes a request.
    public init(priority: Int = 0, expected: CampaignSpending, most: CampaignSpending) {
      (self.priority, self.expected, self.most) = (priority, expected, most)
    }
  }

  /// What a campaign gets.
  public enum Grant: Sendable, Hashable {
    /// Its part: what it expects to spend, and of what is left then as much as it may need at worst.
    case part(SharedBudget)
    /// Nothing, since less is left than it expects to spend.
    case nothing(left: SharedBudget)
  }

  /// Shares out: in order of priority everyone the expected cost, and then in the same order what is left, up to the
  /// worst case.
  ///
  /// One that does not fit gets nothing, and those behind it may still fit.
  ///
  /// - Returns: one grant a request, in the order given.
  public func grants(_ requests: [Request]) -> [Grant] {
    var left = self
    var grants = Array(repeating: Grant.nothing(left: self), count: requests.count)
    let order = CalibrationSchedule.order(requests.map(\.priority))
    for place in order {
      let wanted = requests[place].expected
      if left.holds(wanted) {
        grants[place] = .part(left.take(wanted))
      } else {
        grants[place] = .nothing(left: left)
      }
    }
    for place in order {
      guard case .part(let part) = grants[place] else { continue }
      let request = requests[place]
      let more = CampaignSpending(
        pulses: max(0, request.most.pulses - request.expected.pulses),
        energy: max(.zero, request.most.energy - request.expected.energy),
        time: max(.zero, request.most.time - request.expected.time))
      grants[place] = .part(part.adding(left.take(more)))
    }
    return grants
  }

  /// What is left after something was spent; nothing is below 0.
  public func less(_ spent: CampaignSpending) -> SharedBudget {
    var left = self
    _ = left.take(spent)
    return left
  }

  /// What is left after a part was given away.
  public func less(_ part: SharedBudget) -> SharedBudget {
    less(
      CampaignSpending(
        pulses: part.pulses ?? 0, energy: part.energy ?? .zero, time: part.time ?? .zero))
  }

  /// The same as limits.
  public var limits: Limits {
    var limits = Limits()
    (limits.perCampaign, limits.energy, limits.time) = (pulses, energy, time)
    return limits
  }

  /// The same as a text that ``init(text:)`` reads, to the last bit.
  public var text: String {
    let parts = [
      pulses.map { "\($0)" }, energy.map { "\($0.value) J" }, time.map { "\($0.value) s" },
    ]
    return parts.compactMap(\.self).joined(separator: ",")
  }

  /// Reads what ``text`` wrote; nil for another text.
  public init?(text: String) {
    guard !text.isEmpty else {
      self.init()
      return
    }
    // A part of nothing is one as well, and no budget that anybody would write.
    func number(_ unit: String) -> Double? {
      text.split(separator: ",").first { $0.hasSuffix(" " + unit) }
        .flatMap { Double($0.dropLast(unit.count + 1)) }
    }
    let count = text.split(separator: ",").first { !$0.contains(" ") }.map { Int($0) }
    self.init(
      pulses: count ?? nil, energy: number("J").map(Joules.init),
      time: number("s").map(Seconds.init))
    guard self.text == text else { return nil }
  }

  /// As people read it.
  public var description: String {
    let parts = [
      pulses.map { "\($0) pulses" },
      energy.map { EngineeringNotation.format($0.value, unit: "J", digits: 3) },
      time.map { EngineeringNotation.format($0.value, unit: "s", digits: 3) },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  /// Whether nothing is limited.
  public var isUnlimited: Bool { self == SharedBudget() }

  private func holds(_ wanted: CampaignSpending) -> Bool {
    (pulses.map { $0 >= wanted.pulses } ?? true) && (energy.map { $0 >= wanted.energy } ?? true)
      && (time.map { $0 >= wanted.time } ?? true)
  }

  /// Takes out what is asked for, or all where that is less.
  private mutating func take(_ wanted: CampaignSpending) -> SharedBudget {
    let part = SharedBudget(
      pulses: pulses.map { min($0, wanted.pulses) }, energy: energy.map { min($0, wanted.energy) },
      time: time.map { min($0, wanted.time) })
    pulses = pulses.map { $0 - (part.pulses ?? 0) }
    energy = energy.map { $0 - (part.energy ?? .zero) }
    time = time.map { $0 - (part.time ?? .zero) }
    return part
  }

  private func adding(_ part: SharedBudget) -> SharedBudget {
    SharedBudget(
      pulses: pulses.map { $0 + (part.pulses ?? 0) },
      energy: energy.map { $0 + (part.energy ?? .zero) },
      time: time.map { $0 + (part.time ?? .zero) })
  }
}
