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

      A board may be had that is as bad as they come. Faults go by chance and by a seed. Of the line: \
      drop, flip and duplicate of each byte, truncate and delay (for delay_ms) of what comes together, \
      shift of an answer behind the next one, unplug soon after something has come, or once after \
      unplug_at bytes of the host (on TCP). Of the board, where it keeps its memory in a file: reboot \
      soon after something has come, power that fails within a write to the durable memory, or within \
      the one numbered power_at:
        tare board --link tcp:7700 --faults drop=0.001,flip=0.001,shift=0.01,seed=7
        tare board --link tcp:7700 --device 'sim:low-noise?state=chip.state' --faults power_at=40
      """)

  @OptionGroup var options: DeviceOptions

  @Option(
    help: "Where the host comes in: terminal (a pseudo-terminal), or tcp:PORT on this machine.")
  var link: String = "terminal"

  @Option(help: "What goes wrong: NAME=VALUE, separated by commas.")
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
      let server = try VirtualBoardServer(faults: try boardFaults()) {
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

  private func boardFaults() throws -> BoardFaults {
    var all = BoardFaults()
    for part in (faults ?? "").split(separator: ",") {
      let fields = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard fields.count == 2, all.set(fields[0], to: fields[1]) else {
        throw CommandFailure(
          .usage,
          "--faults \"\(part)\": write NAME=VALUE; names are \(BoardFaults.names.joined(separator: ", ")); "
            + "chances go from 0 to 1, power_at and unplug_at from 1")
      }
    }
    return all
  }
}
