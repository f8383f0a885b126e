import Foundation
import Testing

@testable import Reporting

@Suite struct RunFolderTests {
  private struct Settings: Codable, Equatable {
    var seed: UInt64
    var path: String
    var error: Double
  }

  private let parent: TemporaryFolder

  init() throws {
    parent = try TemporaryFolder()
  }

  private var run: String { parent.path + "/run" }

  private func content(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  private func failure(_ body: () throws -> Void) -> ReportingError? {
    #expect(throws: ReportingError.self, performing: body)
  }

  @Test func newFolderHasItsParts() throws {
    defer { parent.remove() }
    let folder = try RunFolder.create(at: run)
    #expect(try content(run) == ["figures", "maps", "run.json"])
    try folder.write("<svg/>", to: "figures/a.svg")
    #expect(parent.read("run/figures/a.svg") == "<svg/>")
    #expect(try RunFolder(existing: run) == folder)
  }

  @Test func emptyFolderIsUsed() throws {
    defer { parent.remove() }
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
    _ = try RunFolder.create(at: run)
    #expect(try content(run) == ["figures", "maps", "run.json"])
  }

  @Test func earlierRunIsKeptUnlessItIsToBeReplaced() throws {
    defer { parent.remove() }
    let folder = try RunFolder.create(at: run)
    try folder.write("1", to: "maps/old.npy")
    try folder.write("1", to: "ledger.sqlite")
    let error = failure { _ = try RunFolder.create(at: run) }
    #expect(error?.code == .exists)
    #expect(error?.explanation.contains("earlier run") == true)
    #expect(parent.read("run/maps/old.npy") == "1")
    _ = try RunFolder.create(at: run, replacing: true)
    #expect(try content(run) == ["figures", "maps", "run.json"])
    #expect(try content(run + "/maps") == [])
  }

  @Test(arguments: [nil, "{}", "{\"format\": \"other/1\"}", "not json", "[\"tare-run/1\"]"])
  func folderThatIsNoRunIsNeverEmptied(record: String?) throws {
    defer { parent.remove() }
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
    try OutputFile.write("precious", to: run + "/thesis.txt")
    if let record { try OutputFile.write(record, to: run + "/run.json") }
    let before = try content(run)
    for replacing in [false, true] {
      let error = failure { _ = try RunFolder.create(at: run, replacing: replacing) }
      #expect(error?.code == .exists)
    }
    #expect(try content(run) == before)
    #expect(throws: ReportingError.self) { try RunFolder(existing: run) }
  }

  @Test func linksInAnEarlierRunAreNotFollowed() throws {
    defer { parent.remove() }
    _ = try RunFolder.create(at: run)
    let other = parent.path + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try OutputFile.write("precious", to: other + "/data")
    try FileManager.default.createSymbolicLink(
      atPath: run + "/link", withDestinationPath: other)
    _ = try RunFolder.create(at: run, replacing: true)
    #expect(parent.read("other/data") == "precious")
    #expect(try content(run) == ["figures", "maps", "run.json"])
  }

  @Test func fileOfThatNameAndMissingParentAreRefused() throws {
    defer { parent.remove() }
    try OutputFile.write("x", to: run)
    #expect(failure { _ = try RunFolder.create(at: run, replacing: true) }?.code == .exists)
    #expect(parent.read("run") == "x")
    let error = failure { _ = try RunFolder.create(at: parent.path + "/absent/run") }
    #expect(error?.code == .notWritable)
    #expect(error?.explanation.contains("Create that first") == true)
    #expect(parent.content == ["run"])
  }

  @Test(arguments: ["../a", "maps/../../a", "/etc/a", "", "maps//a", "maps/", "./a", "a\0b"])
  func namesThatLeadOutOfTheFolderAreRefused(name: String) throws {
    defer { parent.remove() }
    let folder = try RunFolder.create(at: run)
    #expect(failure { try folder.write("x", to: name) }?.code == .invalid)
    #expect(parent.content == ["run"])
    #expect(try content(run) == ["figures", "maps", "run.json"])
  }

  @Test func jsonIsSortedAndReadable() throws {
    defer { parent.remove() }
    let folder = try RunFolder.create(at: run)
    let settings = Settings(seed: .max, path: "a/b", error: .nan)
    try folder.writeJSON(settings, to: "settings.json")
    #expect(
      parent.read("run/settings.json") == """
        {
          "error" : "NaN",
          "path" : "a/b",
          "seed" : 18446744073709551615
        }

        """)
  }

  @Test func recordIsMarkedWhateverIsInIt() throws {
    defer { parent.remove() }
    let folder = try RunFolder.create(at: run)
    try folder.writeJSON(Settings(seed: 1, path: "x", error: 0.5), to: RunFolder.recordName)
    let text = try #require(parent.read("run/run.json"))
    let read = try JSONDecoder().decode(Settings.self, from: Data(text.utf8))
    #expect(read == Settings(seed: 1, path: "x", error: 0.5))
    try folder.writeJSON(["format": "mine"], to: RunFolder.recordName)
    _ = try RunFolder(existing: run)
    #expect(failure { try folder.writeJSON([1, 2], to: RunFolder.recordName) }?.code == .invalid)
    #expect(failure { try folder.write("{}", to: RunFolder.recordName) }?.code == .invalid)
    _ = try RunFolder(existing: run)
  }

  @Test func valueWithoutAFormInJSONLeavesTheOldFile() throws {
    struct Stubborn: Encodable {
      func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
          self, .init(codingPath: [], debugDescription: "refuses"))
      }
    }
    defer { parent.remove() }
    let folder = try RunFolder.create(at: run)
    try folder.writeJSON(["a": 1], to: "a.json")
    #expect(failure { try folder.writeJSON(Stubborn(), to: "a.json") }?.code == .invalid)
    #expect(parent.read("run/a.json")?.contains("1") == true)
  }

  @Test(
    .enabled(if: geteuid() != 0, "SKIPPED: permissions do not bind the superuser"))
  func protectedParentIsRefused() throws {
    defer {
      chmod(parent.path, 0o700)
      parent.remove()
    }
    chmod(parent.path, 0o500)
    #expect(failure { _ = try RunFolder.create(at: run) }?.code == .notWritable)
  }

  @Test(
    .enabled(
      if: Tool.canMount, "SKIPPED: only the superuser can mount a small disk to fill it up"))
  func fullDiskLeavesNoHalfMadeFolder() throws {
    defer { parent.remove() }
    try Tool.withTinyDisk(in: parent) {
      // All the space but none of the names: the folders can be made, the record cannot.
      var size = 64 * 1024
      while size > 0, (try? OutputFile.write(Data(count: size), to: parent.path + "/filler")) == nil
      {
        size -= 4096
      }
      let error = failure { _ = try RunFolder.create(at: run) }
      #expect(error?.code == .diskFull)
      #expect(parent.content == ["filler"])
    }
  }
}
