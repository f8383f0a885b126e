import BoardTransport
import Foundation
import PortShim
import Testing

/// What holds for both kinds of transport that open a path.
@Suite struct PortTests {
  enum Kind: String, CaseIterable {
    case serial, terminal

    func open(_ path: String) throws -> any ByteTransport {
      switch self {
      case .serial: try SerialTransport(path: path, baudRate: 921_600)
      case .terminal: try TerminalTransport(path: path)
      }
    }
  }

  @Test(arguments: Kind.allCases) func bytesPassAsTheyAre(kind: Kind) throws {
    let board = try PseudoTerminal()
    let host = try kind.open(board.path)
    let all = (0...255).map { UInt8($0) }
    let arrived = try exchange(host, sends: all, board, sends: all.reversed())
    #expect(arrived.there == all)
    #expect(arrived.back == all.reversed())
  }

  @Test(arguments: Kind.allCases) func muchPassesBothWaysAtOnce(kind: Kind) throws {
    let board = try PseudoTerminal()
    let host = try kind.open(board.path)
    let (there, back) = (pattern(1_000_000, 3), pattern(1_000_001, 5))
    let arrived = try exchange(host, sends: there, board, sends: back)
    #expect(arrived.there == there)
    #expect(arrived.back == back)
  }

  @Test(arguments: Kind.allCases) func linksAreFollowed(kind: Kind) throws {
    let (board, folder) = (try PseudoTerminal(), try ScratchFolder())
    let link = folder.path + "/board"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: board.path)
    let host = try kind.open(link)
    #expect(host.name == link)
    #expect(try exchange(host, sends: [1, 2], board, sends: [3]).there == [1, 2])
  }

  @Test(arguments: Kind.allCases) func aSecondOpeningIsRefused(kind: Kind) throws {
    let board = try PseudoTerminal()
    let host = try kind.open(board.path)
    for other in Kind.allCases {
      let error = failure { _ = try other.open(board.path) }
      #expect(error?.code == .busy)
      #expect(error?.explanation.contains("this program itself") == true)
    }
    // The refused ones have changed nothing.
    #expect(try exchange(host, sends: [10, 13], board, sends: [13, 10]).back == [13, 10])
    host.close()
    _ = try kind.open(board.path)
  }

  @Test(arguments: Kind.allCases) func whoHoldsTheLockIsNamed(kind: Kind) throws {
    let board = try PseudoTerminal()
    let other = try Bystander.locking(board.path)
    let error = failure { _ = try kind.open(board.path) }
    #expect(error?.code == .busy)
    #expect(error?.explanation.contains("(process \(other.number))") == true)
    #expect(error?.explanation.contains("python") == true)
  }

  /// A host that was killed leaves no lock behind.
  @Test(arguments: Kind.allCases) func theLockEndsWithItsProcess(kind: Kind) throws {
    let board = try PseudoTerminal()
    do {
      let other = try Bystander.locking(board.path)
      #expect(failure { _ = try kind.open(board.path) } != nil)
      withExtendedLifetime(other) {}
    }
    _ = try kind.open(board.path)
  }

  @Test(arguments: Kind.allCases) func whatIsNoPortIsRefused(kind: Kind) throws {
    let folder = try ScratchFolder()
    let file = try folder.write("notes", "text")
    let cases: [(String, TransportError.Code, String)] = [
      ("/dev/no-such-port", .notFound, "no such port"),
      (folder.path + "/none/port", .notFound, "no such port"),
      (file, .notADevice, "a file"),
      (folder.path, .notADevice, "a folder"),
      ("/dev/null", .notADevice, "no serial port"),
    ]
    for (path, code, words) in cases {
      let error = failure { _ = try kind.open(path) }
      #expect(error?.code == code)
      #expect(error?.subject == path)
      #expect(error?.explanation.contains(words) == true)
    }
  }

  @Test(arguments: Kind.allCases) func aForbiddenPortSaysWhatToDo(kind: Kind) throws {
    let board = try PseudoTerminal()
    // A terminal's group may write and not read; with both it could help to join the group.
    for (mode, words) in [(mode_t(0o000), "nor may its group"), (0o060, "usermod -aG")] {
      try #require(chown(board.path, 0, 20) == 0 || getuid() != 0)
      try #require(chmod(board.path, mode) == 0)
      let error = failure {
        // Root may open everything, so for this it is nobody.
        let before = port_shim_set_file_user(getuid() == 0 ? 65_534 : Int32(getuid()))
        defer { _ = port_shim_set_file_user(before) }
        _ = try kind.open(board.path)
      }
      #expect(error?.code == .permissionDenied)
      #expect(error?.explanation.contains("udev") == true)
      if getuid() == 0 { #expect(error?.explanation.contains(words) == true) }
    }
  }

  @Test(arguments: Kind.allCases) func anUnpluggedBoardIsSeenByTheReader(kind: Kind) throws {
    let board = try PseudoTerminal()
    let host = try kind.open(board.path)
    #expect(try exchange(host, sends: [1], board, sends: [2]).back == [2])
    board.close()
    let (error, wakeUps) = readUntilLost(host)
    #expect(error?.code == .lost)
    // Once to be told, and the next read says it.
    #expect(wakeUps <= 2)
    #expect(failure { _ = try host.write([1, 2, 3]) }?.code == .lost)
    host.close()
    #expect(failure { _ = try host.read(most: 1) }?.code == .lost)
    #expect(failure { _ = try host.wait(for: .readable, until: nil, wake: nil) }?.code == .lost)
  }

  /// Nothing blocks where the other side does not read; what was taken arrives.
  @Test(arguments: Kind.allCases) func aFullBufferTakesNoMore(kind: Kind) throws {
    let board = try PseudoTerminal()
    let host = try kind.open(board.path)
    for (from, to) in [(host, board as any ByteTransport), (board, host)] {
      let bytes = pattern(1 << 20, 7)
      var left = bytes[...]
      while true {
        let taken = try from.write(left)
        if taken == 0 { break }
        left = left.dropFirst(taken)
      }
      #expect(!left.isEmpty)
      let sent = bytes.count - left.count
      #expect(try receive(sent, from: to) == Array(bytes.prefix(sent)))
    }
  }

  @Test(arguments: Kind.allCases) func aWaitEndsByWakingAndAtItsDeadline(kind: Kind) throws {
    let board = try PseudoTerminal()
    let host = try kind.open(board.path)
    let soon = MonotonicTime.after(milliseconds: 20)
    #expect(try host.wait(for: .readable, until: soon, wake: nil).isEmpty)
    #expect(MonotonicTime.now >= soon)
    #expect(try host.wait(for: .writable, until: nil, wake: nil) == .writable)
    let pipe = Pipe()
    pipe.fileHandleForWriting.write(Data([1]))
    let wake = pipe.fileHandleForReading.fileDescriptor
    #expect(try host.wait(for: .readable, until: nil, wake: wake) == .woken)
  }
}
