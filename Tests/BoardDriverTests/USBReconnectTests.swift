import BoardDriver
import BoardTransport
import DeviceContract
import Foundation
import Testing

/// A board that was named by its kind is the same one ever after, wherever it is plugged in.
@Suite(.serialized, .enabled(if: USBEmulator.isHere)) struct USBReconnectTests {
  @Test func aBoardIsFoundAtAnotherPort() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Other tests have boards with the usual numbers.
    let kind = "pid=0a02"
    let settings =
      "board=core \(kind) memory=\(folder.path)/board.memory cells=\(folder.path)/cells.state"
    let board = try EmulatedDevice(settings)
    let line = BoardLine(.usb(USBSelector(vendor: 0x1209, product: 0x0A02)))
    let device = try await BoardDevice.connect("usb:1209:0a02", program: "tests") {
      () throws(TransportError) in try line.open()
    }
    let whole = device.capabilities.whole(tile: Tile(0))
    let before = try await device.history().epoch
    try board.unplug()
    let other = try EmulatedDevice("board=core \(kind)")
    // The other one has its place; this one is nowhere, and nothing else will do.
    let error = await #expect(throws: DeviceError.self) {
      _ = try await device.read(ReadRequest(region: whole))
    }
    #expect(error?.code == .notFound || error?.code == .linkLost, "\(error?.explanation ?? "")")
    try board.plug(settings + " bus=2")
    // A board that was looked for in vain is tried once a call.
    var weights: [Float]?
    for _ in 0..<50 where weights == nil {
      weights = try? await device.read(ReadRequest(region: whole)).weights
      if weights == nil { try await Task.sleep(for: .milliseconds(100)) }
    }
    #expect(weights?.count == whole.count)
    #expect(try await device.history().epoch == before)
    #expect(try other.count("claims") == 0)
    #expect(try other.received.isEmpty)
    await device.close()
  }
}
