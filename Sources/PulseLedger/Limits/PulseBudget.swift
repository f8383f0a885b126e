public import DeviceContract
public import PhysicalUnits

/// Limits in one line of text, such as `4000/cell,20M`: one source of a ``LimitSet``.
public struct PulseBudget: Sendable, Hashable, Codable {
  /// Pulses of both polarities that any one cell may receive in the campaign.
  public var perCell: Int?
  /// Pulses that the cells of any one array (tile) may receive together in the campaign.
  public var perArray: Int?
  /// Pulses that all cells may receive together in the campaign.
  public var perCampaign: Int?
  /// Pulses that may be fired for a cause.
  public var perCause: [Cause: Int] = [:]
  /// The part of the stated endurance that any one cell may have spent in its whole life.
  public var lifeShare: Double?
  /// Energy dissipated in the cells in the campaign.
  public var energy: Joules?
  /// Time on the device in the campaign, without the link.
  public var time: Seconds?

  /// Sets limits; nil is no limit.
  public init(perCell: Int? = nil, perArray: Int? = nil, perCampaign: Int? = nil) {
    self.perCell = perCell
    self.perArray = perArray
    self.perCampaign = perCampaign
  }

  /// The same as limits.
  public var limits: Limits {
    var limits = Limits()
    (limits.perCell, limits.perArray, limits.perCampaign) = (perCell, perArray, perCampaign)
    (limits.perCause, limits.lifeShare, limits.energy) = (perCause, lifeShare, energy)
    limits.time = time
    return limits
  }

  /// Reads limits such as "4000/cell", "20M", "4000/cell,20M/array", "500k/track", "2% of life",
  /// "1 mJ" or "10 s".
  ///
  /// A number without a name limits the whole campaign; k, M and G are thousands, millions and
  /// billions.
  ///
  /// - Throws: ``BudgetError`` for a text that is no whole number, is below one pulse, limits the same
  ///   thing twice, or names something else.
  public init(parsing text: String) throws(BudgetError) {
    self.init()
    var seen: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = try read(String(part.trimmingPrefix(while: { $0 == " " })))
      guard seen.insert(name).inserted else {
        throw BudgetError(text: text, explanation: "\"\(text)\" limits the \(name) twice")
      }
    }
  }

  /// Reads one limit, and returns what it limits.
  private mutating func read(_ part: String) throws(BudgetError) -> String {
    if part.contains("%") {
      lifeShare = try Self.share(part)
      return "share of life"
    }
    if part.hasSuffix("J") {
      energy = try Self.energy(part)
      return "energy"
    }
    if part.hasSuffix("s") && !part.contains("/") {
      time = try Self.time(part)
      return "time"
    }
    let fields = part.split(separator: "/", omittingEmptySubsequences: false)
    let limit = try Self.pulses(String(fields[0]))
    let name = fields.count == 1 ? "campaign" : String(fields[1].filter { $0 != " " })
    switch name {
    case _ where fields.count > 2: break
    case "cell": perCell = limit
    case "array": perArray = limit
    case "campaign": perCampaign = limit
    default:
      guard let cause = Cause(rawValue: name) else { break }
      perCause[cause] = limit
      return "cause \(name)"
    }
    guard fields.count <= 2, ["cell", "array", "campaign"].contains(name) else {
      let causes = Cause.allCases.map(\.rawValue).joined(separator: ", ")
      throw BudgetError(
        text: part,
        explanation: "\"\(part)\": limits are N/cell, N/array, N for the campaign, N/CAUSE (one of "
          + "\(causes)), P % of life, an energy such as 1 mJ, or a time such as 10 s")
    }
    return name
  }

  /// A share of life such as "2 % of life".
  static func share(_ text: String) throws(BudgetError) -> Double {
    let fields = text.split(separator: "%", omittingEmptySubsequences: false)
    let words = fields.dropFirst().joined(separator: "%").split(separator: " ")
    guard fields.count == 2, words == ["of", "life"] || words.isEmpty,
      let percent = Double(fields[0].filter { $0 != " " }), percent > 0, percent <= 100
    else {
      throw BudgetError(
        text: text,
        explanation: "\"\(text)\" is no share of life: write above 0 and up to 100, such as "
          + "\"2 % of life\"")
    }
    return percent / 100
  }

  private static func energy(_ text: String) throws(BudgetError) -> Joules {
    let energy: Joules
    do {
      energy = try Joules(parsing: text)
    } catch {
      throw BudgetError(text: text, explanation: error.explanation)
    }
    guard energy > .zero else {
      throw BudgetError(text: text, explanation: "\"\(text)\" is an energy of 0 or below")
    }
    return energy
  }

  private static func time(_ text: String) throws(BudgetError) -> Seconds {
    let time: Seconds
    do {
      time = try Seconds(parsing: text)
    } catch {
      throw BudgetError(text: text, explanation: error.explanation)
    }
    guard time > .zero else {
      throw BudgetError(text: text, explanation: "\"\(text)\" is a time of 0 or below")
    }
    return time
  }

  private static func pulses(_ text: String) throws(BudgetError) -> Int {
    var digits = text.filter { $0 != " " && $0 != "_" }
    var exponent = ""
    if let last = digits.last, let value = ["k": "e3", "K": "e3", "M": "e6", "G": "e9"][last] {
      exponent = value
      digits.removeLast()
    }
    // "1.001k" as 1.001e3 rounds once; 1.001 times 1000 is below 1001.
    guard let number = Double(digits + exponent), number.isFinite, number < 9e15 else {
      throw BudgetError(text: text, explanation: "\"\(text)\" is no number of pulses")
    }
    guard number >= 1 else {
      throw BudgetError(
        text: text, explanation: "\"\(text)\" is a budget below one pulse: nothing could be fired")
    }
    guard let whole = Int(exactly: number) else {
      throw BudgetError(text: text, explanation: "\"\(text)\" is no whole number of pulses")
    }
    return whole
  }
}
