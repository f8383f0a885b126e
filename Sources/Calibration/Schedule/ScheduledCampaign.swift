import DeviceContract
import Foundation
import PulseLedger

/// One `[[campaign]]` of a ``ScheduleFile``: what `tare calibrate` is told by its options.
public struct ScheduledCampaign: Sendable, Hashable {
  /// What messages call it.
  public let name: String
  /// The selector of the device.
  public let device: String
  /// What is expected of the cells: a preset or a file; nil for what a simulator simulates.
  public let expect: String?
  /// The error that is good enough, as it was written.
  public let tolerance: String
  /// The method; nil for the one that fits.
  public let method: CalibrationMethod?
  /// The run folder.
  public let out: String
  /// Limits of this campaign alone, as they were written.
  public let budget: String?
  /// The bench file.
  public let bench: String?
  /// The chip that is on the device.
  public let chip: String?
  /// The part of the array.
  public let region: String?
  /// The crossbar.
  public let tile: Int?
  /// What random numbers stand on.
  public let seed: Int?
  /// Samples averaged into each read.
  public let averages: Int?
  /// Those with a higher one come first.
  public let priority: Int
  /// How cells forget, and when they are calibrated again; nil for a campaign that is carried out once.
  public let refresh: RefreshTerms?

  static let keys = [
    "name", "device", "expect", "tolerance", "method", "out", "budget", "bench", "chip", "region",
    "tile", "seed", "averages", "priority",
  ]

  init(_ section: BenchSection) throws(BenchFileError) {
    try section.check(keys: Self.keys + RefreshTerms.keys)
    device = try Self.needed(section, "device", example: "tcp:10.0.0.7:7700")
    do {
      _ = try DeviceSelector(parsing: device)
    } catch {
      throw section.error("device", error.explanation)
    }
    name = try section.text("name") ?? device
    tolerance = try Self.needed(section, "tolerance", example: "1 %")
    guard let parsed = Tolerance(text: tolerance) else {
      throw section.error(
        "tolerance",
        "\"\(tolerance)\": write a part of the window above 0 and up to 50 %, such as \"1 %\", or a weight such as "
          + "\"0.02\"")
    }
    expect = try section.text("expect")
    method = try Self.method(section)
    out = try Self.needed(section, "out", example: "runs/left")
    budget = try section.text("budget")
    if let budget {
      do {
        _ = try PulseBudget(parsing: budget)
      } catch {
        throw section.error("budget", error.explanation)
      }
    }
    bench = try section.text("bench")
    chip = try section.name("chip")
    region = try section.text("region")
    if let region, CellRegion(text: region) == nil {
      throw section.error(
        "region",
        "\"\(region)\" is no region; write \"FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN\", such as \"0:15,0:31\""
      )
    }
    tile = try section.count("tile")
    seed = try section.count("seed")
    averages = try section.count("averages")
    guard averages != 0 else {
      throw section.error("averages", "0 samples are no read; write 1 or more")
    }
    priority = try section.whole("priority") ?? 0
    refresh = try RefreshTerms(section, tolerance: parsed)
  }

  /// What no two campaigns may have in common.
  var deviceKey: String? { device }
  var nameKey: String? { name }
  var outKey: String? { URL(fileURLWithPath: out).standardizedFileURL.path }

  private static func method(_ section: BenchSection) throws(BenchFileError) -> CalibrationMethod? {
    guard let text = try section.text("method"), text != "auto" else { return nil }
    guard let method = CalibrationMethod(rawValue: text) else {
      let known = ["auto"] + CalibrationMethod.allCases.map(\.rawValue)
      throw section.error(
        "method", "\"\(text)\" is no method; known are \(known.joined(separator: ", "))")
    }
    return method
  }

  private static func needed(
    _ section: BenchSection, _ key: String, example: String
  ) throws(BenchFileError) -> String {
    guard let text = try section.text(key) else {
      throw section.error(key, "is missing; write \(key) = \"\(example)\"")
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      throw section.error(key, "\"\(text)\" is empty; write for example \"\(example)\"")
    }
    return text
  }
}
