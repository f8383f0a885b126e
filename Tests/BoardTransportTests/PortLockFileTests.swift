import Foundation
import Testing

@testable import BoardTransport

/// Programs that do not lock the device leave files.
@Suite struct PortLockFileTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(arguments: ["LCK..7", "LCK..pts_7"]) func aRunningProcessIsFound(name: String) throws {
    let other = try Bystander("", "")
    let file = try folder.write(name, String(format: "%10d\n", other.number))
    let holder = PortLockFile.holder(of: "/dev/pts/7", folder: folder.path)
    #expect(holder?.process == other.number)
    #expect(holder?.lockFile == file)
    #expect(holder?.description.contains(file) == true)
    #expect(PortLockFile.holder(of: "/dev/pts/8", folder: folder.path) == nil)
  }

  @Test func fourBytesAreANumberToo() throws {
    let other = try Bystander("", "")
    let data = withUnsafeBytes(of: other.number) { Data($0) }
    try data.write(to: URL(fileURLWithPath: folder.path + "/LCK..ttyS1"))
    #expect(PortLockFile.holder(of: "/dev/ttyS1", folder: folder.path)?.process == other.number)
  }

  @Test func whatIsLeftOfTheDeadIsPassedOver() throws {
    // No process has a number as high.
    for text in ["2147483646\n", "", "nonsense\n", "-1\n", "\(getpid())\n"] {
      _ = try folder.write("LCK..ttyS1", text)
      #expect(PortLockFile.holder(of: "/dev/ttyS1", folder: folder.path) == nil)
    }
  }

  @Test func anOpeningIsRefused() throws {
    let (board, other) = (try PseudoTerminal(), try Bystander("", ""))
    let number = board.path.split(separator: "/").last.map(String.init) ?? ""
    _ = try folder.write("LCK..\(number)", "\(other.number)\n")
    let error = failure { _ = try TerminalLock.take(board.path, lockFiles: folder.path) }
    #expect(error?.code == .busy)
    #expect(error?.explanation.contains("process \(other.number), named in") == true)
    #expect(error?.explanation.contains("or remove \(folder.path)") == true)
  }
}
