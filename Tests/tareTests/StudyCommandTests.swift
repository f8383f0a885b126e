import Foundation
import Testing

/// `tare study`: what all of its commands have in common, and trainings on small data.
@Suite struct StudyCommandTests {
  static let studies = [
    "zero-shift-offset", "pulses-vs-error", "training", "pulses-to-loss", "chopping", "tiles",
    "quadratic",
  ]

  /// Each would take seconds to minutes and then lose its work.
  @Test(arguments: studies)
  func aFolderThatCannotBeWrittenIsFoundBeforeTheWork(study: String) throws {
    let scratch = try Scratch()
    let missing = try Command.run(["study", study, "--out", scratch.file("none").path], limit: 20)
    #expect(missing.status == 66 && missing.errors.contains("no such folder"), "\(missing.errors)")
    try Data().write(to: scratch.file("file"))
    let file = try Command.run(["study", study, "--out", scratch.file("file").path], limit: 20)
    #expect(file.status == 66, "\(file.errors)")
  }

  @Test func whatAStudyCannotDoIsSaid() throws {
    let cases: [([String], String)] = [
      (["training", "--seeds", "0"], "--seeds"), (["training", "--algorithms", "agda"], "agad"),
      (["training", "--references", "0.4"], "MEAN/DEVIATION"),
      (["training", "--data", "/nowhere"], "/nowhere"),
      (["pulses-to-loss", "--states", "5"], "--states"), (["tiles", "--tiles", "1"], "--tiles"),
      (["pulses-to-loss", "--target", "0"], "--target"),
      (["chopping", "--probabilities", "0.1,2"], "--probabilities"),
      (["tiles", "--threads", "0"], "--threads"),
    ]
    for (arguments, part) in cases {
      let outcome = try Command.run(["study"] + arguments, limit: 20)
      #expect(outcome.status == 64 && outcome.errors.contains(part), "\(arguments): \(outcome)")
    }
  }

  /// 40 images of 6 x 6 of which each class has a bright line of its own, as files of MNIST.
  static func writeImages(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, count) in [("train", 40), ("t10k", 20)] {
      let labels = (0..<count).map { UInt8($0 % 10) }
      let images = labels.flatMap { label in
        (0..<36).map { UInt8($0 % 12 == Int(label) ? 255 : $0 % 7) }
      }
      try Data([0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 6, 0, 0, 0, 6] + images).write(
        to: folder.appendingPathComponent("\(name)-images-idx3-ubyte"))
      try Data([0, 0, 8, 1, 0, 0, 0, UInt8(count)] + labels).write(
        to: folder.appendingPathComponent("\(name)-labels-idx1-ubyte"))
    }
  }

  @Test func rulesAreComparedOnAFolderOfImages() throws {
    let scratch = try Scratch()
    try Self.writeImages(to: scratch.file("images"))
    let outcome = try Command.run([
      "study", "training", "--data", scratch.file("images").path, "--network", "36-8-10",
      "--algorithms", "tt-v2,agad,e-rider", "--references", "0/0.05,0.4/1", "--rates", "paper",
      "--epochs", "2", "--seeds", "2", "--threads", "1", "--quiet", "--out", scratch.url.path,
    ])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let lines = try String(contentsOf: scratch.file("training.csv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines.count == 1 + 3 * 2 * 2)
    let samples = try #require(lines[0].firstIndex(of: "samples"))
    #expect(lines.dropFirst().allSatisfy { $0[samples] == "80" })
    #expect(Set(lines.dropFirst().map { $0[1...2].joined(separator: "/") }) == ["0/0.05", "0.4/1"])
    #expect(
      outcome.output == (try String(contentsOf: scratch.file("training.txt"), encoding: .utf8)))
    #expect(FileManager.default.fileExists(atPath: scratch.file("training.svg").path))
  }

  /// The same seed gives the same numbers, however many train side by side.
  @Test func threadsChangeNothing() throws {
    let found = try ["1", "3"].map { threads in
      let outcome = try Command.run([
        "study", "pulses-to-loss", "--states", "20", "--pulses", "10,20", "--target", "2.28",
        "--epochs", "1", "--seeds", "1", "--json", "--quiet", "--threads", threads,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output
    }
    #expect(found[0] == found[1])
    let trials = try #require(
      JSONSerialization.jsonObject(with: Data(found[0].utf8)) as? [[String: Any]])
    #expect(
      trials.map { $0["rule"] as? String } == [
        "e-rider", "two-stage, mean", "two-stage, mean", "two-stage, last", "two-stage, last",
      ])
    #expect(trials.map { $0["calibrationCycles"] as? Int } == [0, 10, 20, 10, 20])
    #expect(
      trials.map { $0["calibrationPulses"] as? Int } == [0, 10, 20, 10, 20].map { $0 * 2_368 })
    #expect(trials.allSatisfy { $0["isReached"] is Bool })
  }
}
