import ArgumentParser
import BoardTransport
import Foundation
import SimulatedCrossbar
import VirtualBoard

/// `tare board`: a board without hardware, for a host in another process.
struct BoardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board",
    abstract: "Runs a virtual board: the reference firmware over a simulated crossbar.",
    discussion: """
      It prints the selector under which a host finds it, and runs until it is stopped. With \
      state=FILE the chip lives in that file and the board's memory in FILE.board, so that both \
      outlive the process, however it ends.
        tare board --link terminal --device 'sim:low-noise?rows=16&columns=16&state=chip.state'
        tare calibrate --device terminal:/dev/pts/3 --pulses 400      # in another shell

      Faults are those of a bad line, by chance and by a seed: drop, flip and duplicate of each byte, \
      truncate and delay (for delay_ms) of what comes together:
        tare board --link tcp:7700 --faults drop=0.001,flip=0.001,duplicate=0.001,seed=7
      """)

  @OptionGroup var options: DeviceOptions

  @Option(
    help: "Where the host comes in: terminal (a pseudo-terminal), or tcp:PORT on this machine.")
  var link: String = "terminal"

  @Option(help: "What the line does to bytes: NAME=VALUE, separated by commas.")
  var faults: String?

  @Option(help: "Steps counted together before they are fired.")
  var group: Int = 16

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let settings = try options.simulatorSettings()
      guard (2...1_000_000).contains(group) else {
        throw CommandFailure(.usage, "--group is \(group): 2 to 1000000 are possible")
      }
      let group = group
      let open = try opening()
      let server = try VirtualBoardServer(faults: try lineFaults()) {
        try VirtualBoard(try Crossbar(settings), group: group)
      } open: {
        () throws(TransportError) in
        try open()
      }
      let name = try await server.start()
      try output.write((name.hasPrefix("tcp:") ? name : "terminal:\(name)") + "\n")
      output.talk.say("a virtual board is there; Ctrl-C takes its power")
      try await Interruption.watching { await $0.wait() }
      await server.stop()
    }
  }

  private func opening() throws -> @Sendable () throws(TransportError) -> any ByteTransport {
    if link == "terminal" { return { () throws(TransportError) in try PseudoTerminal() } }
    guard link.hasPrefix("tcp:"), let port = UInt16(link.dropFirst(4)) else {
      throw CommandFailure(
        .usage, "--link is \"\(link)\": terminal, or tcp:PORT such as tcp:7700 (0 for any free one)"
      )
    }
    return { () throws(TransportError) in try TCPListener(port: port) }
  }

  private func lineFaults() throws -> LineFaults {
    var line = LineFaults()
    for part in (faults ?? "").split(separator: ",") {
      let fields = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard fields.count == 2, line.set(fields[0], to: fields[1]) else {
        throw CommandFailure(
          .usage,
          "--faults \"\(part)\": write NAME=VALUE; names are \(LineFaults.names.joined(separator: ", ")), "
            + "chances from 0 to 1")
      }
    }
    return line
  }
}
