import ArgumentParser
import BoardDriver
import BoardTransport
import DeviceContract
import Reporting

/// `tare stop`: the emergency stop of a board.
struct StopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops a board in an emergency, or lets it go on afterwards.",
    discussion: """
      Outputs go off at once and stay off, also when the board is restarted, until --clear. Nothing is \
      asked of the board before: it need not answer to be stopped; on a serial line a break follows \
      where it does not. A command that uses a board on a serial line has the line for itself: Ctrl-\\ in \
      its terminal (SIGQUIT) stops the board in the same way, Ctrl-C ends the train that runs in good \
      order. A board on USB is stopped by a request beside all that is on its way, also while another \
      program has it.
        tare stop --device serial:/dev/ttyACM0
        tare stop --device serial:/dev/ttyACM0 --clear
        tare stop --device usb:1209:0001
      """)

  @OptionGroup var options: DeviceOptions

  @Flag(help: "End the stop; outputs stay off until the next train.")
  var clear = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let selector = try options.selector()
      guard selector.kind != "sim", selector.kind != "" else {
        throw CommandFailure(
          .usage,
          "\"\(selector)\" is simulated in the process that uses it; there is nothing to stop")
      }
      if clear {
        let board = try await options.openBoard(selector)
        do {
          try await board.clearEmergencyStop()
        } catch {
          await board.close()
          throw error
        }
        await board.close()
        try output.write("\(selector): the emergency stop is cleared; outputs are off\n")
      } else {
        let transport = try options.transport(selector)
        if try !stopsBeside(transport) {
          try await BoardDevice.emergencyStop(selector.description) {
            () throws(TransportError) in try transport.open()
          }
        }
        try output.write(
          "\(selector): outputs are off and stay off; `tare stop --clear` ends that\n")
      }
    }
  }

  /// Whether the board was stopped past whoever has its line; false where only those who have it can.
  private func stopsBeside(_ transport: TransportSelector) throws -> Bool {
    do throws(TransportError) {
      try transport.stopBeside()
      return true
    } catch {
      // What does not answer there may do so as a stream of bytes; what cannot be found or opened will not.
      guard ![.notFound, .permissionDenied, .notADevice, .badSelector].contains(error.code) else {
        var error = error
        error.explanation +=
          "; no board was stopped, and its outputs may be on. Take its power if this cannot be "
          + "mended at once"
        throw error
      }
      return false
    }
  }
}
