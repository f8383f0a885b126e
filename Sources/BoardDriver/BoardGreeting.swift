public import BoardTransport
public import DeviceContract
import WireProtocol

/// Who answers on a line: what a board says of itself when it is greeted.
///
/// A greeting begins a session, which stops a train that runs, and arms nothing. What is no board gets to see a HELLO,
/// some times, and nothing else.
public struct BoardGreeting: Sendable, Hashable {
  /// The model and the maker's serial number, and the version of the firmware.
  public let identity: DeviceIdentity
  /// The number that the board has for life, in hexadecimal.
  public let board: String
  /// The version of the protocol that is spoken, such as `1.0`.
  public let version: String
  /// Whether the board was built from the layouts that this program has; else it may be read and not armed.
  public let hasSameLayouts: Bool
  /// Crossbars, and the lines of each.
  public let tiles: Int, rows: Int, columns: Int
  /// The number of the last train that the board has taken.
  public let lastTrain: UInt64
  /// How often the board has started.
  public let starts: Int
  /// Whether its emergency stop is latched.
  public let isStopped: Bool

  init(_ hello: Wire.HelloAck, _ capabilities: Wire.Capabilities) {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    identity = DeviceIdentity(
      model: text(capabilities.model), serialNumber: text(capabilities.serialNumber),
      firmware: text(capabilities.firmware))
    board = hello.board.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    version = "\(Wire.major).\(min(Wire.minor, hello.mostMinor))"
    hasSameLayouts = hello.mostMinor != Wire.minor || hello.schema == Wire.schema
    (tiles, rows) = (Int(capabilities.tiles), Int(capabilities.rows))
    columns = Int(capabilities.columns)
    (lastTrain, starts) = (hello.taken, Int(hello.boots))
    isStopped = hello.emergencyStop != 0
  }

  /// Greets whatever is on a line, asks a board to describe itself, and gives the line back.
  ///
  /// - Parameters:
  ///   - name: what messages call the line.
  ///   - program: name and version of the program, for the board's log.
  ///   - milliseconds: how long an answer is waited for once the line is open.
  ///   - open: opens the line.
  /// - Throws: ``DeviceError`` with the code `linkLost` where nothing answers, `refused` where what answers is no
  ///   board or speaks another version, or why the line cannot be opened.
  public static func ask(
    _ name: String, program: String, within milliseconds: Int,
    open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) async throws(DeviceError) -> BoardGreeting {
    let greeter: BoardGreeter
    do throws(TransportError) {
      greeter = try BoardGreeter(name: name, program: program)
    } catch {
      throw DeviceError(error)
    }
    return try await greeter.ask(within: milliseconds, open: open)
  }
}
