import Foundation
import Testing

/// Limits on the command line: where they come from, how they refuse, how a dry run shows them.
@Suite struct LimitCommandTests {
  private static let head = "format = \"tare-bench/1\"\n"
  private let small = ["calibrate", "--device", "sim:low-noise?rows=8&columns=8", "--pulses", "20"]

  @Test func aDryRunShowsEveryLimit() throws {
    let scratch = try Scratch()
    let bench = try scratch.write(
      Self.head + """
        [chip]
        endurance = 1e6
        [board]
        amplitude = "3.3 V"
        pulses_per_cell = 30
        [user]
        life = "2 %"
        energy = "1 J"
        """, to: "mine.toml")
    let outcome = try Command.run(
      small + ["--bench", bench, "--budget", "25/cell,100k", "--dry-run"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for word in ["best", "expected", "worst", "set by", "verdict", "nothing was fired"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
    let lines = outcome.output.split(separator: "\n")
    for (limit, facts) in [
      ("pulses of each cell", ["--budget", "25 pulses", "20 pulses", "fits"]),
      ("pulses in the life of each cell (2 % of 1000000 pulses)", ["mine.toml [user]", "20000"]),
      ("energy of the campaign", ["mine.toml [user]", "1 J"]),
      ("pulses of the campaign", ["--budget", "100000 pulses", "1280 pulses"]),
      ("amplitude", ["mine.toml [board]", "3.3 V"]),
      ("pulses of forming", ["mine.toml [board]", "0 pulses"]),
    ] {
      let line = lines.first { $0.hasPrefix(limit) } ?? ""
      for fact in facts { #expect(line.contains(fact), "\(limit): \(line)") }
    }
  }

  @Test func aDryRunInJSONHasTheSame() throws {
    let outcome = try Command.run(small + ["--budget", "19/cell,1M", "--dry-run", "--json"])
    struct Plan: Decodable {
      struct Limit: Decodable {
        let limit, setBy, unit: String
        let allowed, asked, spent, left: Double
        let fits: Bool
      }
      let pulses: Int
      let fits: Bool
      let limits: [Limit]
    }
    // A plan that does not fit is shown, and is exit code 1.
    #expect(outcome.status == 1 && outcome.errors.contains("left 19 pulses"))
    let plan = try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
    #expect(plan.pulses == 1280 && !plan.fits && plan.limits.count == 2)
    let cell = try #require(plan.limits.first { $0.limit == "pulses of each cell" })
    #expect(cell.setBy == "--budget" && cell.unit == "pulses" && !cell.fits)
    #expect(cell.allowed == 19 && cell.asked == 20 && cell.spent == 0 && cell.left == 19)
    #expect(plan.limits.contains { $0.limit == "pulses of the campaign" && $0.fits })
  }

  /// The stochastic method has more than one cost: a row takes one slot or two.
  @Test func theWorstCaseOfAStochasticPlanIsNotItsBest() throws {
    let outcome = try Command.run(
      small + ["--method", "zero-shift", "--region", "0:3,0:1", "--dry-run", "--json"])
    struct Plan: Decodable {
      let halfSelectExposuresBest, halfSelectExposures, halfSelectExposuresWorst: Int
      let deviceTimeSecondsBest, deviceTimeSecondsWorst: Double
    }
    let plan = try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
    #expect(plan.halfSelectExposuresBest < plan.halfSelectExposuresWorst)
    #expect(plan.deviceTimeSecondsBest < plan.deviceTimeSecondsWorst)
    let range = plan.halfSelectExposuresBest...plan.halfSelectExposuresWorst
    #expect(range.contains(plan.halfSelectExposures))
  }

  @Test(arguments: [
    ("[user]\npulses_per_cell = 19", 1, ["[user]", "asked 20 pulses", "left 19 pulses"]),
    ("[user]\namplitude = \"1 mV\"", 1, ["[user]", "amplitude", "left 1 mV"]),
    ("[board]\nprotected = [\"3:3,3:3\"]", 1, ["[board]", "protected", "left 0"]),
    ("[board]\nprotected = [\"0:8,0:0\"]", 64, ["[board]", "protected", "8 rows"]),
    ("[user]\ncompliance = \"1 mA\"", 1, ["[user]", "compliance", "asked nothing"]),
  ])
  func aBenchFileRefuses(text: String, status: Int32, facts: [String]) throws {
    let scratch = try Scratch()
    let bench = try scratch.write(Self.head + text + "\n", to: "mine.toml")
    let run = scratch.file("run").path
    for arguments in [["--bench", bench, "--out", run], ["--bench", bench, "--dry-run"]] {
      let outcome = try Command.run(small + arguments)
      #expect(outcome.status == status, "\(outcome.errors)")
      for fact in facts + ["nothing was fired"] {
        #expect(outcome.errors.contains(fact), "\(fact): \(outcome.errors)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: run))
  }

  @Test(arguments: [
    ("[user]\npulse_per_cell = 5", "did you mean pulses_per_cell?"),
    ("[user]\namplitude = 1.5", "mine.toml:3"), ("not toml", "no TOML"),
    ("[user]\nlife = \"2 %\"", "endurance"),
  ])
  func aWrongBenchFileIsConfiguration(text: String, hint: String) throws {
    let scratch = try Scratch()
    let bench = try scratch.write(Self.head + text + "\n", to: "mine.toml")
    for outcome in [
      try Command.run(small + ["--bench", bench]),
      try Command.run(small, environment: ["TARE_BENCH": bench]),
    ] {
      #expect(outcome.status == 78 && outcome.output.isEmpty)
      #expect(outcome.errors.contains(hint) && outcome.errors.contains("mine.toml"))
    }
    // The flag wins over the environment.
    let good = try scratch.write(Self.head, to: "good.toml")
    let outcome = try Command.run(
      small + ["--bench", good, "--dry-run"], environment: ["TARE_BENCH": bench])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func aMissingBenchFileAndALonelyShareHaveTheirCodes() throws {
    let missing = try Command.run(small + ["--bench", "/nowhere/bench.toml"])
    #expect(missing.status == 66 && missing.errors.contains("/nowhere/bench.toml"))
    let lonely = try Command.run(small + ["--budget", "2 % of life"])
    #expect(lonely.status == 78 && lonely.errors.contains("--budget"))
    #expect(lonely.errors.contains("endurance"))
    let unnamed = try Command.run(small + ["--chip", " "])
    #expect(unnamed.status == 64 && unnamed.errors.contains("--chip"))
  }

  @Test func theRecordNamesItsLimits() throws {
    let scratch = try Scratch()
    let bench = try scratch.write(Self.head, to: "mine.toml")
    let run = scratch.file("run")
    let outcome = try Command.run(
      small + ["--bench", bench, "--budget", "1280", "--chip", "b7", "--out", run.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let record = try String(contentsOf: run.appendingPathComponent("run.json"), encoding: .utf8)
    for word in ["mine.toml", "\"1280\"", "\"b7\""] { #expect(record.contains(word), "\(word)") }
  }
}
