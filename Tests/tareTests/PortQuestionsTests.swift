import BoardTransport
import Testing

@testable import tare

/// Which ports `tare devices --ask` leaves alone.
@Suite struct PortQuestionsTests {
  static let holder = PortHolder(process: 4711, command: "tare")

  static func port(
    _ path: String, _ number: String?, place: String?, access: PortAccess = .allowed
  ) -> ConnectedPort {
    ConnectedPort(
      selector: .serial(path: path, baudRate: 115_200), path: path, place: place, label: "",
      usb: USBIdentity(vendor: 0x1209, product: 1, serialNumber: number), access: access)
  }

  /// A board that is greeted over its serial port stops the train that it is driven with over USB.
  @Test func theFreePortOfADeviceThatIsHeldIsNotAsked() async throws {
    let free = Self.port("/dev/ttyNONE0", "A", place: "1-1")
    let elsewhere = Self.port("/dev/ttyNONE1", "A", place: "1-2")
    var board = Self.port("/dev/bus/usb/001/005", "A", place: "1-1", access: .held([Self.holder]))
    board.selector = .usb(USBSelector(vendor: 0x1209, product: 1, serialNumber: "A"))
    let words = "not asked: usb:1209:0001:A, of the same device, is held by tare (process 4711)"
    let answers = await PortQuestions(milliseconds: 100).ask(
      [free, elsewhere, board], among: [board, free, elsewhere])
    guard case .noBoard(let why) = answers[0], case .noBoard(let other) = answers[1] else {
      Issue.record("\(answers)")
      return
    }
    #expect(why == words)
    #expect(other.contains("no such port"))
    #expect(answers[2] == nil)
  }

  /// Where its place is not known, a serial number says which device it is.
  @Test func aDeviceIsKnownByItsSerialNumberAsWell() {
    let held = Self.port("/dev/ttyNONE1", "A", place: "1-1", access: .held([Self.holder]))
    let cases = [("A", true), ("B", false), (nil, false)] as [(String?, Bool)]
    for (number, isSame) in cases {
      let free = Self.port("/dev/ttyNONE0", number, place: nil)
      #expect((PortQuestions.hindrance(free, among: [held, free]) != nil) == isSame)
    }
  }
}
