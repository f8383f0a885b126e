import Foundation
import Testing

@testable import Reporting

@Suite struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func failure(_ body: () throws -> Void) -> ReportingError? {
    #expect(throws: ReportingError.self, performing: body)
  }

  @Test func newFileHasTheContentAndNothingElseIsLeft() throws {
    defer { folder.remove() }
    try OutputFile.write("first", to: path("a.txt"))
    try OutputFile.write("second", to: path("a.txt"))
    #expect(folder.read("a.txt") == "second")
    #expect(folder.content == ["a.txt"])
  }

  @Test func nameOfTheGreatestLengthCanBeWritten() throws {
    defer { folder.remove() }
    let name = String(repeating: "n", count: 255)
    try OutputFile.write("x", to: path(name))
    #expect(folder.content == [name])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDeviceIsToldFromOtherFailures() {
    defer { folder.remove() }
    let error = failure { try OutputFile.write("x", to: "/dev/full") }
    #expect(error?.code == .diskFull)
    #expect(error?.path == "/dev/full")
    #expect(error?.explanation.contains("disk is full") == true)
    #expect(error?.systemMessage?.hasPrefix("write: ") == true)
    var status = stat()
    #expect(stat("/dev/full", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func openDescriptorIsWrittenToDirectly() throws {
    defer { folder.remove() }
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    try OutputFile.write("through a pipe", to: "/dev/fd/\(descriptor)")
    try pipe.fileHandleForWriting.close()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    #expect(String(decoding: data, as: UTF8.self) == "through a pipe")
  }

  @Test func redirectedDescriptorGoesOnWhereItStands() throws {
    defer { folder.remove() }
    try OutputFile.write("", to: path("log"))
    let handle = try #require(FileHandle(forWritingAtPath: path("log")))
    try handle.write(contentsOf: Data("before ".utf8))
    try OutputFile.write("written", to: "/dev/fd/\(handle.fileDescriptor)")
    try handle.write(contentsOf: Data(" after".utf8))
    try handle.close()
    #expect(folder.read("log") == "before written after")
  }

  @Test func missingFolderIsNamed() {
    defer { folder.remove() }
    let error = failure { try OutputFile.write("x", to: path("absent/a.txt")) }
    #expect(error?.code == .notWritable)
    #expect(error?.description.contains("Create the folder first") == true)
    #expect(folder.content.isEmpty)
  }

  @Test func folderIsNotReplacedByAFile() {
    defer { folder.remove() }
    let error = failure { try OutputFile.write("x", to: folder.path) }
    #expect(error?.code == .notWritable)
    #expect(failure { try OutputFile.write("x", to: "") }?.code == .notWritable)
  }

  @Test func linkIsFollowedAndStays() throws {
    defer { folder.remove() }
    try OutputFile.write("old", to: path("target"))
    try FileManager.default.createSymbolicLink(
      atPath: path("link"), withDestinationPath: "target")
    try OutputFile.write("new", to: path("link"))
    #expect(folder.read("target") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == "target")
  }

  @Test func linkThatLeadsNowhereGetsItsFile() throws {
    defer { folder.remove() }
    try FileManager.default.createSymbolicLink(
      atPath: path("link"), withDestinationPath: "target")
    try OutputFile.write("new", to: path("link"))
    #expect(folder.read("target") == "new")
    #expect(folder.content == ["link", "target"])
    try FileManager.default.createSymbolicLink(atPath: path("loop"), withDestinationPath: "loop")
    #expect(failure { try OutputFile.write("x", to: path("loop")) }?.code == .io)
  }

  @Test func permissionsOfAReplacedFileStay() throws {
    defer { folder.remove() }
    try OutputFile.write("old", to: path("a"))
    #expect(chmod(path("a"), 0o600) == 0)
    try OutputFile.write("new", to: path("a"))
    #expect(try #require(SystemCalls.status(path("a"))).st_mode & 0o777 == 0o600)
  }

  @Test(
    .enabled(if: geteuid() != 0, "SKIPPED: permissions do not bind the superuser"))
  func protectedFolderAndFileAreRefused() throws {
    defer { folder.remove() }
    try OutputFile.write("old", to: path("a"))
    chmod(path("a"), 0o400)
    #expect(failure { try OutputFile.write("x", to: path("a")) }?.code == .notWritable)
    chmod(folder.path, 0o500)
    #expect(failure { try OutputFile.write("x", to: path("b")) }?.code == .notWritable)
    chmod(folder.path, 0o700)
    #expect(folder.read("a") == "old")
    #expect(folder.content == ["a"])
  }

  @Test(
    .enabled(
      if: Tool.canMount, "SKIPPED: only the superuser can mount a small disk to fill it up"))
  func fullDiskLeavesTheOldFileAndNoPart() throws {
    defer { folder.remove() }
    try Tool.withTinyDisk(in: folder) {
      try OutputFile.write("old", to: path("a"))
      let error = failure {
        try OutputFile.write(Data(repeating: 1, count: 1_000_000), to: path("a"))
      }
      #expect(error?.code == .diskFull)
      #expect(folder.read("a") == "old")
      #expect(folder.content == ["a"])
    }
  }

  @Test(arguments: [ENOSPC, EDQUOT, EIO, EFBIG], ["open", "write", "fsync", "close", "rename"])
  func failureOfAnyCallLeavesTheOldFileAndNoPart(number: Int32, operation: String) throws {
    defer { folder.remove() }
    try OutputFile.write("old", to: path("a"))
    let calls = SystemCalls.failing(operation, number)
    let error = failure {
      try OutputFile.write(Data("new".utf8), to: path("a"), calls: calls)
    }
    #expect(error?.code == (number == ENOSPC || number == EDQUOT ? .diskFull : .io))
    #expect(error?.systemMessage?.hasPrefix(operation + ": ") == true)
    #expect(folder.read("a") == "old")
    #expect(folder.content == ["a"])
  }

  @Test func shortWritesAreGoneOnWith() throws {
    defer { folder.remove() }
    var calls = SystemCalls.live
    calls.write = { descriptor, bytes throws(SystemError) in
      try SystemCalls.live.write(
        descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(3)))
    }
    try OutputFile.write(Data("0123456789".utf8), to: path("a"), calls: calls)
    #expect(folder.read("a") == "0123456789")
    calls.write = { _, _ in 0 }
    let error = failure { try OutputFile.write(Data("x".utf8), to: path("a"), calls: calls) }
    #expect(error?.code == .io)
    #expect(folder.content == ["a"])
  }

  @Test func writersOfOneFileAtATimeDoNotMix() async throws {
    defer { folder.remove() }
    let target = path("a")
    await withTaskGroup(of: Void.self) { group in
      for letter in ["a", "b", "c", "d"] {
        group.addTask {
          for _ in 0..<20 {
            try? OutputFile.write(String(repeating: letter, count: 5_000), to: target)
          }
        }
      }
    }
    let content = try #require(folder.read("a"))
    #expect(content.count == 5_000)
    #expect(Set(content).count == 1)
    #expect(folder.content == ["a"])
  }
}

extension SystemCalls {
  /// The calls of the system, one of which fails.
  static func failing(_ operation: String, _ number: Int32) -> SystemCalls {
    var calls = SystemCalls.live
    switch operation {
    case "open":
      calls.open = { _, _, _ throws(SystemError) in throw SystemError("open", number) }
    case "write":
      calls.write = { _, _ throws(SystemError) in throw SystemError("write", number) }
    case "fsync":
      calls.synchronize = { _ throws(SystemError) in throw SystemError("fsync", number) }
    case "close":
      calls.close = { descriptor throws(SystemError) in
        try SystemCalls.live.close(descriptor)
        throw SystemError("close", number)
      }
    default:
      calls.rename = { _, _ throws(SystemError) in throw SystemError("rename", number) }
    }
    return calls
  }
}
