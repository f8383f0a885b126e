import ArgumentParser
import Foundation
import PulseLedger

/// How a command that pulses is told what may be done to the chip.
struct LimitOptions: ParsableArguments {
  @Option(
    help: """
      What may be spent: N/cell, N/array, N (all cells together), N/CAUSE such as 500k/track, \
      "2 % of life", an energy such as "1 mJ", a time on the device such as "10 s", or several with commas; k, M and G are understood.
      """)
  var budget: String?

  @Option(
    help: ArgumentHelp(
      "The bench file: what the board may do and what the user allows. [TARE_BENCH or none]",
      discussion: "Where two limits are given for the same, the tighter wins.", valueName: "file"))
  var bench: String?

  /// The limits in force, and the chip that they are for.
  struct Resolved {
    let limits: LimitSet
    let chip: String?
  }

  /// Puts the sources of limits together.
  ///
  /// - Parameter chip: the name that the command was given, which wins over the bench file's.
  func resolved(chip: String?) throws -> Resolved {
    var sources: [LimitSource] = []
    var name = chip
    if let path = benchPath {
      let file = try BenchFile(data: try Input.data(path), name: path)
      sources += file.sources
      name = chip ?? file.chip
    }
    if let budget {
      sources.append(LimitSource("--budget", try PulseBudget(parsing: budget).limits))
    }
    return Resolved(limits: try LimitSet(sources), chip: name)
  }

  /// What the record of a run says of its limits.
  var record: [String: String] {
    var record = ["budget": budget ?? "none"]
    record["bench"] = benchPath
    return record
  }

  private var benchPath: String? {
    bench ?? ProcessInfo.processInfo.environment["TARE_BENCH"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
