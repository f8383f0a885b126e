import BoardDriver
import BoardTransport
import DeviceContract
import Foundation

/// A port as `tare devices` tells of it.
struct PortRecord: Encodable {
  /// What a port said when it was greeted.
  enum Answer {
    case board(BoardGreeting)
    case noBoard(String)
  }

  struct Holder: Encodable {
    let process: Int32
    let command, lockFile: String?
  }

  struct Board: Encodable {
    let model, serialNumber, firmware, `protocol`, identity: String
    let hasSameLayouts, isStopped: Bool
    let tiles, rows, columns, starts: Int
    let lastTrain: UInt64
  }

  let device, kind, path, label: String
  let usb, vendor, product, serialNumber, place: String?
  let mayBeOpened: Bool
  let reason: String?
  let heldBy: [Holder]
  var board: Board?
  /// Why there is no board, where one was asked for.
  var noBoard: String?

  init(_ port: ConnectedPort, _ answer: Answer? = nil) {
    (device, kind) = ("\(port.selector)", port.selector.kind)
    (path, label, place) = (port.path, port.label.printable, port.place)
    usb = port.usb?.identity
    vendor = port.usb?.vendorName?.printable
    product = port.usb?.productName?.printable
    serialNumber = port.usb?.serialNumber?.printable
    (mayBeOpened, reason) = (port.mayBeOpened, port.obstacle)
    heldBy =
      if case .held(let holders) = port.access {
        holders.map {
          Holder(process: $0.process, command: $0.command?.printable, lockFile: $0.lockFile)
        }
      } else { [] }
    switch answer {
    case .board(let greeting):
      board = Board(
        model: greeting.identity.model.printable,
        serialNumber: greeting.identity.serialNumber.printable,
        firmware: greeting.identity.firmware.printable, protocol: greeting.version,
        identity: greeting.board, hasSameLayouts: greeting.hasSameLayouts,
        isStopped: greeting.isStopped, tiles: greeting.tiles, rows: greeting.rows,
        columns: greeting.columns, starts: greeting.starts, lastTrain: greeting.lastTrain)
    case .noBoard(let why): noBoard = why
    case nil: break
    }
  }

  /// Whether it may be opened, in a few words or with what to do.
  var access: String { reason.map { "no: \($0)" } ?? "yes" }

  /// Who answers, in one line.
  var answer: String {
    guard let board else { return noBoard ?? "" }
    var text =
      "\(board.model) \(board.serialNumber), firmware \(board.firmware), protocol \(board.protocol), "
      + "\(board.tiles) of \(board.rows) x \(board.columns)"
    if board.isStopped { text += "; its emergency stop is latched" }
    if !board.hasSameLayouts { text += "; built from other layouts: it may be read, not armed" }
    return text
  }

  /// One line, as the watch prints it.
  var line: String {
    let names = [usb, product ?? label, serialNumber.map { "number \($0)" }].compactMap { $0 }
    return "\(device)  \(names.joined(separator: " "))"
      + (device.hasSuffix(path) ? "" : "  \(path)")
      + (reason.map { "  may not be opened: \($0)" } ?? "")
  }
}

extension TransportSelector {
  /// The name of its kind, as it stands before the colon.
  var kind: String {
    switch self {
    case .serial: "serial"
    case .usb: "usb"
    case .terminal: "terminal"
    case .tcp: "tcp"
    }
  }
}

extension String {
  /// The text without what would move the cursor: a device may call itself anything.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map {
          CharacterSet.controlCharacters.contains($0) || CharacterSet.newlines.contains($0)
            ? "\u{FFFD}" : $0
        }))
  }
}
