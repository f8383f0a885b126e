import Foundation
import PulseLedger
import Testing

/// Symmetric points from pulses that others fire: `tare track`, and what begins from what it leaves.
@Suite(.serialized) struct TrackCommandTests {
  static func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A calibration with single reads on the way; nothing is asked of it but its pulses.
  static func calibrate(_ lab: TrainLab, _ out: String, on device: String) -> [String] {
    [
      "calibrate", "--device", device, "--pulses", "600", "--checkpoints", "60", "--averages", "1",
      "--out", lab.path(out),
    ] + lab.home
  }

  static let soft = "sim:low-noise?rows=16&columns=16&dw_min=0.01&seed=5"

  /// A training is tracked, what is found is handed to a training and to a calibration, and the intervals hold the truth:
  /// of some 150 cells 90 %, which docs/tracking.md states for trainings on few states, less 4.5 standard errors.
  @Test func aTrainingIsTrackedAndHandedOn() throws {
    let lab = try TrainLab()
    let trained = try Command.run(
      lab.train("trained", on: lab.simulator(), ["--epochs", "8", "--fast-rate", "1"]))
    #expect(trained.status == 0, "\(trained.errors)")
    let tracked = try Command.run(
      ["track", lab.path("trained"), "--out", lab.path("tracked"), "--json"])
    #expect(tracked.status == 0, "\(tracked.errors)")
    let record = try Self.json(tracked.output)
    #expect(record["hasEnded"] as? Bool == true)
    let cells = try #require(record["cells"] as? [String: Int])
    // Two layers: 12 x 64 and 10 x 12.
    let total = cells.values.reduce(0, +)
    #expect(total == 888)
    #expect(cells["not-pulsed", default: 0] > 0, "corners of the images are always dark")
    let found = try #require(record["comparison"] as? [String: Any])
    let count = try #require(found["cells"] as? Int)
    let coverage = try #require(found["coverage"] as? Double)
    print("track of a training, seed 11: \(count) cells, covered \(coverage)")
    #expect(count > 100)
    let variance = 0.9 * 0.1 / Double(count)
    #expect(coverage > 0.9 - 4.5 * variance.squareRoot())
    for file in [
      "maps/symmetric-point.csv", "maps/symmetric-point.npy", "maps/true-point.npy",
      "maps/reference.json", "figures/tracked-points.svg", "figures/tracking-course.svg",
    ] {
      #expect(FileManager.default.fileExists(atPath: lab.path("tracked/" + file)), "\(file)")
    }
    let shown = try Command.run(["reference", "show", lab.path("tracked")])
    #expect(shown.status == 0, "\(shown.errors)")
    let again = try Command.run(
      lab.train("again", on: lab.simulator(), ["--reference", lab.path("tracked")]))
    #expect(again.status == 0, "\(again.errors)")
    #expect(try lab.differences("trained", "again") != [])
    // What the training itself has tracked is such a map, too.
    let handed = try Command.run(["reference", "show", lab.path("trained")])
    #expect(handed.status == 0, "\(handed.errors)")
  }

  /// What was tracked in one run is where a calibration of the same chip begins.
  @Test func aCalibrationBeginsFromWhatWasTracked() throws {
    let lab = try TrainLab()
    let device = Self.soft + "&state=\(lab.path("chip.state"))"
    let run = try Command.run(Self.calibrate(lab, "run", on: device))
    #expect(run.status == 0, "\(run.errors)")
    let tracked = try Command.run(
      ["track", lab.path("run"), "--out", lab.path("tracked"), "--json"])
    #expect(tracked.status == 0, "\(tracked.errors)")
    let found = try #require(try Self.json(tracked.output)["comparison"] as? [String: Any])
    // 256 cells, 4.5 standard errors.
    let coverage = try #require(found["coverage"] as? Double)
    #expect(coverage > 0.95 - 4.5 * 0.0136)
    let refreshed = try Command.run(
      [
        "calibrate", "--device", device, "--refresh", lab.path("tracked"), "--tolerance", "0.5%",
        "--drift-pulses", "1 % in 1e5", "--out", lab.path("refreshed"),
      ] + lab.home)
    #expect(refreshed.status == 0, "\(refreshed.errors)")
    #expect(refreshed.errors.contains("cells are due"))
  }

  /// The ledger of a run that goes on is followed until it ends, and says the same as afterwards.
  @Test func aRunIsFollowedWhileItIsWritten() throws {
    let lab = try TrainLab()
    var followed: Result<Command.Outcome, any Error>?
    let run = try Command.run(
      lab.train("run", on: lab.simulator(), ["--epochs", "6"])
    ) { _ in
      ChipLab.wait {
        (try? LedgerReader(lab.path("run") + "/ledger.sqlite").lastRecord()).map { $0 > 20 }
          ?? false
      }
      followed = Result {
        try Command.run(["track", lab.path("run"), "--follow", "--every", "2", "--json"])
      }
    }
    #expect(run.status == 0, "\(run.errors)")
    let outcome = try #require(followed).get()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let after = try Command.run(["track", lab.path("run"), "--every", "2", "--json"])
    let (one, two) = (try Self.json(outcome.output), try Self.json(after.output))
    #expect(one["hasEnded"] as? Bool == true)
    #expect(one["cellsWithPoint"] as? Int == two["cellsWithPoint"] as? Int)
    #expect(one["medianHalfWidth"] as? Double == two["medianHalfWidth"] as? Double)
  }

  /// The same pulses against a reference whose points lie elsewhere: an alarm, and exit code 1 where that is asked for.
  @Test func pointsThatHaveMovedAreTold() throws {
    let lab = try TrainLab()
    let run = try Command.run(Self.calibrate(lab, "run", on: Self.soft))
    #expect(run.status == 0, "\(run.errors)")
    let still = try Command.run(
      Self.calibrate(lab, "other", on: Self.soft + "&reference_mean=-0.2"))
    #expect(still.status == 0, "\(still.errors)")
    func track(_ reference: String) throws -> Command.Outcome {
      try Command.run(
        ["track", lab.path("run"), "--reference", lab.path(reference), "--alarm", "--json"])
    }
    let same = try track("other")
    #expect(same.status == 0, "\(same.output)")
    let moved = try Command.run(
      Self.calibrate(lab, "moved", on: Self.soft + "&reference_mean=-0.3"))
    #expect(moved.status == 0, "\(moved.errors)")
    let told = try track("moved")
    #expect(told.status == 1, "\(told.output)")
    let alarms = try #require(try Self.json(told.output)["alarms"] as? [[String: Any]])
    // At the first of the checks; the mean move is that of the references.
    let shift = try #require(alarms.first?["shift"] as? Double)
    #expect(alarms.first?["check"] as? Int == 1)
    #expect(abs(shift + 0.1) < 0.03)
    let own = try Command.run(
      ["track", lab.path("run"), "--reference", lab.path("run")])
    #expect(own.status == 64 && own.errors.contains("very run"), "\(own.errors)")
  }

  @Test func whatCannotBeTrackedIsRefused() throws {
    let lab = try TrainLab()
    let none = try Command.run(["track", lab.path("nothing")])
    #expect(none.status == 66)
    let run = try Command.run(Self.calibrate(lab, "run", on: Self.soft))
    #expect(run.status == 0, "\(run.errors)")
    let tile = try Command.run(["track", lab.path("run"), "--tile", "3"])
    #expect(tile.status == 64 && tile.errors.contains("tiles 0 to 0"))
    for options in [
      ["--every", "0"], ["--false-alarms", "1"], ["--tolerance", "x"], ["--expect", "nothing"],
      ["--read-noise=-1"],
    ] {
      let refused = try Command.run(["track", lab.path("run")] + options)
      #expect(refused.status == 64, "\(options): \(refused.errors)")
    }
    let watched = try Command.run(
      ["train", "--algorithm", "tt-v2", "--device", lab.simulator(), "--watch", "freeze"])
    #expect(watched.status == 64 && watched.errors.contains("tracks no symmetric points"))
  }

  /// What is read is never removed, and an earlier run comes back where the tracking fails.
  @Test func forcingTakesNothingThatIsRead() throws {
    let lab = try TrainLab()
    for name in ["one", "other"] {
      let done = try Command.run(Self.calibrate(lab, name, on: Self.soft))
      #expect(done.status == 0, "\(done.errors)")
    }
    func ledger(_ name: String) throws -> Data {
      try Data(contentsOf: lab.scratch.file(name + "/ledger.sqlite"))
    }
    let (one, other) = (try ledger("one"), try ledger("other"))
    for more in [["--out", lab.path("one")], ["--out", lab.path("other"), "--tile", "7"]] {
      let refused = try Command.run(["track", lab.path("one"), "--force"] + more)
      #expect(refused.status == 64, "\(refused.errors)")
    }
    let itself = try Command.run([
      "track", lab.path("one"), "--force", "--reference", lab.path("other"), "--out",
      lab.path("other"),
    ])
    #expect(
      itself.status == 64 && itself.errors.contains("nothing was removed"), "\(itself.errors)")
    #expect(try ledger("one") == one && ledger("other") == other)
  }
}
