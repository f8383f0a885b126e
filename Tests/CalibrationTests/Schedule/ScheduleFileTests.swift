import Foundation
import PhysicalUnits
import PulseLedger
import Testing

@testable import Calibration

/// Schedule files: what is read, and what is refused with its place.
@Suite struct ScheduleFileTests {
  private static let head = "format = \"tare-schedule/1\"\n"
  private static let campaign =
    "[[campaign]]\ndevice = \"sim:low-noise\"\ntolerance = \"1 %\"\nout = \"a\"\n"

  @Test func theExampleIsOne() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appendingPathComponent("Examples/schedule.toml")
    let file = try ScheduleFile(data: try Data(contentsOf: path), name: "schedule.toml")
    #expect(file.campaigns.map(\.name) == ["left", "right"])
    #expect(file.campaigns.map(\.priority) == [1, 0])
  }

  @Test func everyKeyIsRead() throws {
    let file = try ScheduleFile(
      text: Self.head + """
        at_once = 2
        budget = "20M, 5 mJ,3 s"
        [[campaign]]
        name = "left"
        device = "tcp:10.0.0.7:7700"
        expect = "mine.json"
        tolerance = "0.02"
        method = "sweep"
        out = "runs/left"
        budget = "2000/cell"
        bench = "bench.toml"
        chip = "hfox-a3"
        region = "0:15,0:31"
        tile = 1
        seed = 7
        averages = 4
        priority = -2
        every = "6 h"
        threshold = "1.5 %"
        drift_time = "0.5 % in 24 h"
        drift_exposures = "1 % in 1e6"
        drift_pulses = "0.01 in 1e5"
        [[campaign]]
        device = "sim:low-noise"
        tolerance = "1%"
        out = "runs/right"
        """, name: "f.toml")
    #expect(file.atOnce == 2)
    #expect(
      file.budget
        == SharedBudget(pulses: 20_000_000, energy: Joules(5e-3), time: Seconds(3)))
    let left = file.campaigns[0]
    #expect(
      [left.name, left.device, left.expect, left.tolerance, left.out, left.budget, left.bench]
        == [
          "left", "tcp:10.0.0.7:7700", "mine.json", "0.02", "runs/left", "2000/cell", "bench.toml",
        ])
    #expect(left.chip == "hfox-a3" && left.region == "0:15,0:31" && left.method == .sweep)
    #expect([left.tile, left.seed, left.averages, left.priority] == [1, 7, 4, -2])
    let refresh = try #require(left.refresh)
    #expect(refresh.every == Seconds(21_600) && refresh.threshold == .part(0.015))
    // A window of length 2: 0.5 % are 0.01, reached after a day.
    #expect(
      abs((refresh.drift?.time?.variance(range: 2) ?? 0) * 86_400 - 1e-4) < 1e-12)
    #expect(abs((refresh.drift?.exposures?.variance(range: 2) ?? 0) * 1e6 - 4e-4) < 1e-12)
    #expect(abs((refresh.drift?.pulses?.variance(range: 2) ?? 0) * 1e5 - 1e-4) < 1e-12)
    let right = file.campaigns[1]
    #expect(right.name == "sim:low-noise" && right.priority == 0 && right.refresh == nil)
    #expect(right.method == nil && right.expect == nil && right.budget == nil)
  }

  /// The file, the line, the key, the value, and what would be accepted.
  @Test(arguments: [
    ("priority = 1.5\n", 6, "[[campaign]] 1, priority", "whole number"),
    ("tolerence = \"1 %\"\n", 6, "[[campaign]] 1, tolerence", "did you mean tolerance?"),
    ("every = \"often\"\n", 6, "every", "6 h"),
    ("threshold = \"1 %\"\n", 6, "threshold", "means nothing without every"),
    ("every = \"6 h\"\ndrift_time = \"1 %\"\n", 7, "drift_time", "0.5 % in 24 h"),
    ("method = \"guess\"\n", 6, "method", "seek"),
    ("budget = \"lots\"\n", 6, "budget", "lots"),
    ("region = \"all\"\n", 6, "region", "0:15,0:31"),
    ("averages = 0\n", 6, "averages", "1 or more"),
    (
      "[[campaign]]\ndevice = \"sim:low-noise\"\ntolerance = \"1 %\"\nout = \"b\"\n", 7, "device",
      "campaign 1"
    ),
    (
      "[[campaign]]\ndevice = \"sim:other\"\ntolerance = \"1 %\"\nout = \"x/../a\"\n", 9, "out",
      "one run"
    ),
    (
      "[[campaign]]\ndevice = \"sim:other\"\ntolerance = \"2\"\nname = \"x\"\n", 6, "out",
      "is missing"
    ),
    (
      "[[campaign]]\ndevice = \"sim:other\"\ntolerance = \"70 %\"\nout = \"b\"\n", 8, "tolerance",
      "50 %"
    ),
    (
      "[[campaign]]\ndevice = \"sim:x?rows\"\ntolerance = \"2\"\nout = \"b\"\n", 7, "device",
      "option=value"
    ),
    ("[campaign]\n", 6, "", "no TOML"),
  ])
  func whatIsWrongHasAPlace(
    more: String, line: Int, key: String, advice: String
  ) {
    do {
      _ = try ScheduleFile(text: Self.head + Self.campaign + more, name: "f.toml")
      Issue.record("accepted: \(more)")
    } catch {
      #expect(error.line == line, "\(error)")
      #expect((error.key ?? "").hasSuffix(key), "\(error)")
      #expect(error.description.contains(advice), "\(error)")
      #expect(error.description.hasPrefix("f.toml:\(line): "), "\(error)")
    }
  }

  @Test(arguments: [
    ("", "is missing"), ("format = \"tare-bench/1\"\n", "no schedule file"),
    ("format = \"tare-schedule/2\"\n", "another version"), (head, "nothing to do"),
    (head + "campaign = 3\n", "[[campaign]]"), (head + "at_once = 0\n" + campaign, "1 or more"),
    (head + "budget = \"2000/cell\"\n" + campaign, "share"),
  ])
  func wholesThatAreWrong(text: String, advice: String) {
    #expect {
      try ScheduleFile(text: text, name: "f.toml")
    } throws: { error in
      "\(error)".contains(advice) && "\(error)".hasPrefix("f.toml")
    }
  }

  /// What a run says of its part is read back to the last bit.
  @Test func aPartIsWrittenAndRead() {
    for part in [
      SharedBudget(), SharedBudget(pulses: 0), SharedBudget(pulses: 12, energy: Joules(0.1 / 3)),
      SharedBudget(energy: Joules(1e-7), time: Seconds(2.0 / 3)),
      SharedBudget(pulses: 9, energy: .zero, time: Seconds(1e9)),
    ] {
      #expect(SharedBudget(text: part.text) == part)
    }
    #expect(SharedBudget(text: "1 mJ") == nil && SharedBudget(text: "none") == nil)
  }
}
