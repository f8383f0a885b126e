public import Foundation
public import PulseLedger

/// A file that says which boards are to be calibrated, to what, and in which order.
///
/// It is TOML; `docs/schedule-file.md` lists every key. A key that is not known is an error and never ignored.
public struct ScheduleFile: Sendable, Hashable {
  /// The format that this version reads.
  public static let format = "tare-schedule/1"

  /// The file, as messages name it.
  public let name: String
  /// The most campaigns at once; nil for all of them.
  public let atOnce: Int?
  /// What all campaigns may spend together.
  public let budget: SharedBudget
  /// The campaigns, in order.
  public let campaigns: [ScheduledCampaign]

  /// The name without the folders before it.
  public var shortName: String { name.split(separator: "/").last.map(String.init) ?? name }

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``/PulseLedger/BenchFileError``.
  public init(data: Data, name: String) throws(BenchFileError) {
    try self.init(text: try BenchSection.text(of: data, file: name), name: name)
  }

  /// Reads the text of a file.
  ///
  /// - Throws: ``/PulseLedger/BenchFileError``.
  public init(text: String, name: String) throws(BenchFileError) {
    self.name = name
    let file = try BenchSection(
      text: text, file: name, format: Self.format, kind: "schedule file",
      keys: ["at_once", "budget", "campaign"])
    atOnce = try file.count("at_once")
    guard atOnce != 0 else {
      throw file.error("at_once", "0 at once would never begin; write 1 or more")
    }
    budget = try Self.budget(file)
    var found: [ScheduledCampaign] = []
    for section in try file.sections("campaign") {
      let campaign = try ScheduledCampaign(section)
      try Self.check(campaign, section, after: found)
      found.append(campaign)
    }
    guard !found.isEmpty else {
      throw BenchFileError(
        file: name,
        explanation: "there is nothing to do; write [[campaign]] with a device, a tolerance and out"
      )
    }
    campaigns = found
  }

  /// Two campaigns can share neither a board, nor a chip, nor a folder, nor a name.
  private static func check(
    _ campaign: ScheduledCampaign, _ section: BenchSection, after earlier: [ScheduledCampaign]
  ) throws(BenchFileError) {
    let unique: [(key: String, what: String, KeyPath<ScheduledCampaign, String?>)] = [
      ("device", "a board takes one campaign", \.deviceKey),
      ("chip", "a chip has one ledger, which one campaign at a time writes", \.chip),
      ("out", "a folder holds one run", \.outKey),
      ("name", "messages would not tell them apart", \.nameKey),
    ]
    for (key, reason, path) in unique {
      guard let value = campaign[keyPath: path],
        let place = earlier.firstIndex(where: { $0[keyPath: path] == value })
      else { continue }
      throw section.error(
        key, "\"\(value)\" is that of campaign \(place + 1) as well: \(reason). Write another one")
    }
  }

  private static func budget(_ file: BenchSection) throws(BenchFileError) -> SharedBudget {
    guard let text = try file.text("budget") else { return SharedBudget() }
    let budget: PulseBudget
    do {
      budget = try PulseBudget(parsing: text)
    } catch {
      throw file.error("budget", error.explanation)
    }
    var shared = PulseBudget(perCampaign: budget.perCampaign)
    (shared.energy, shared.time) = (budget.energy, budget.time)
    guard shared == budget else {
      throw file.error(
        "budget",
        "\"\(text)\": what campaigns can share are pulses, energy and time, such as \"20M, 5 mJ\"; other limits are "
          + "those of a campaign")
    }
    return SharedBudget(
      pulses: budget.perCampaign, energy: budget.energy, time: budget.time)
  }
}
