public import Foundation

/// A file that names a chip and says what the board may do to it, and what the user allows.
///
/// It is TOML; `docs/bench-file.md` lists every key. A key that is not known is an error and never
/// ignored, since it may be a limit that somebody counts on.
public struct BenchFile: Sendable, Hashable {
  /// The format that this version reads.
  public static let format = "tare-bench/1"

  /// The file, as messages name it.
  public let name: String
  /// The chip, as its lifetime record is named.
  public let chip: String?
  /// Pulses that a cell is stated to survive.
  public let endurance: Double?
  /// What the board may do.
  public let board: Limits
  /// What the user allows.
  public let user: Limits

  /// Reads a file.
  ///
  /// - Throws: ``BenchFileError`` for what is wrong with its content, and the system's error if the file
  ///   cannot be read.
  public init(path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try self.init(data: data, name: path)
  }

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``BenchFileError``.
  public init(data: Data, name: String) throws(BenchFileError) {
    try self.init(text: try BenchSection.text(of: data, file: name), name: name)
  }

  /// Reads the text of a file.
  ///
  /// - Throws: ``BenchFileError``.
  public init(text: String, name: String) throws(BenchFileError) {
    self.name = name
    let file = try BenchSection(
      text: text, file: name, format: Self.format, kind: "bench file",
      keys: ["chip", "board", "user"])
    let chip = try file.section("chip")
    try chip?.check(keys: ["name", "endurance"])
    self.chip = try chip?.name("name")
    endurance = try chip?.positive("endurance", example: "1e6")
    board = try Limits(try file.section("board"))
    user = try Limits(try file.section("user"))
  }

  /// What a ``LimitSet`` is made of.
  ///
  /// Both sections have a say on forming, and silence forbids it.
  public var sources: [LimitSource] {
    let short = name.split(separator: "/").last.map(String.init) ?? name
    var stated = Limits()
    stated.endurance = endurance
    return [
      LimitSource("\(short) [chip]", stated), LimitSource("\(short) [board]", board),
      LimitSource("\(short) [user]", user),
    ]
  }
}

extension Limits {
  static let keys = [
    "pulses_per_cell", "pulses_per_array", "pulses_per_campaign", "pulses_by_cause", "life",
    "energy", "time", "exposures_per_cell", "amplitude", "width", "voltage_time", "compliance",
    "rate",
    "protected", "forming",
  ]

  /// Reads a section; one that is missing allows everything but forming.
  init(_ section: BenchSection?) throws(BenchFileError) {
    self.init()
    forming = false
    guard let section else { return }
    try section.check(keys: Self.keys)
    perCell = try section.count("pulses_per_cell")
    perArray = try section.count("pulses_per_array")
    perCampaign = try section.count("pulses_per_campaign")
    perCause = try section.pulsesByCause("pulses_by_cause")
    lifeShare = try section.share("life")
    energy = try section.quantity("energy", example: "1 mJ")
    time = try section.quantity("time", example: "10 s")
    exposuresPerCell = try section.count("exposures_per_cell")
    amplitude = try section.quantity("amplitude", example: "1.5 V")
    width = try section.width("width")
    voltageTime = try section.quantity("voltage_time", example: "1.5 µV s")
    compliance = try section.quantity("compliance", example: "100 µA")
    rate = try section.quantity("rate", example: "1 MHz")
    protected = try section.regions("protected")
    forming = try section.flag("forming") ?? false
  }
}
