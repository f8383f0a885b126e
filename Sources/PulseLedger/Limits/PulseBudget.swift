/// How many pulses may be fired; what would go beyond is refused before its first pulse.
public struct PulseBudget: Sendable, Hashable, Codable {
  /// Pulses of both polarities that any one cell may receive in the campaign.
  public var perCell: Int?
  /// Pulses that the cells of any one array (tile) may receive together in the campaign.
  public var perArray: Int?
  /// Pulses that all cells may receive together in the campaign.
  public var perCampaign: Int?

  /// Sets limits; nil is no limit.
  public init(perCell: Int? = nil, perArray: Int? = nil, perCampaign: Int? = nil) {
    self.perCell = perCell
    self.perArray = perArray
    self.perCampaign = perCampaign
  }

  /// No limit at all.
  public static let unlimited = PulseBudget()

  /// Reads limits such as "4000/cell", "20M" or "4000/cell,20M/array".
  ///
  /// A number without a name limits the whole campaign; k, M and G are thousands, millions and
  /// billions.
  ///
  /// - Throws: ``BudgetError`` for a text that is no number, is below one pulse, or names something else.
  public init(parsing text: String) throws(BudgetError) {
    self.init()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: "/", omittingEmptySubsequences: false)
      let limit = try Self.pulses(String(fields[0]))
      switch fields.count == 1 ? "campaign" : fields[1].trimmingPrefix(while: { $0 == " " }) {
      case "cell" where fields.count == 2: perCell = limit
      case "array" where fields.count == 2: perArray = limit
      case "campaign" where fields.count <= 2: perCampaign = limit
      default:
        throw BudgetError(
          text: text, explanation: "\"\(part)\": limits are N/cell, N/array or N for the campaign")
      }
    }
  }

  private static func pulses(_ text: String) throws(BudgetError) -> Int {
    var digits = text.filter { $0 != " " && $0 != "_" }
    var factor = 1.0
    if let last = digits.last, let value = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9][last] {
      factor = value
      digits.removeLast()
    }
    guard let number = Double(digits), number.isFinite, number * factor < 9e15 else {
      throw BudgetError(text: text, explanation: "\"\(text)\" is no number of pulses")
    }
    guard number * factor >= 1 else {
      throw BudgetError(
        text: text, explanation: "\"\(text)\" is a budget below one pulse: nothing could be fired")
    }
    return Int(number * factor)
  }
}
