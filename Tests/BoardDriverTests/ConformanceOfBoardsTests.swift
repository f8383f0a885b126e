import BoardDriver
import BoardTransport
import DeviceConformance
import DeviceContract
import Foundation
import PortShim
import Testing
import VirtualBoard

@Suite struct ConformanceOfBoardsTests {
  /// The same suite that the simulator passes, with the reference core and a line in between.
  @Test(arguments: BoardBench.Line.all)
  func aVirtualBoardPasses(line: BoardBench.Line) async throws {
    let bench = try await BoardBench(line, try BoardBench.settings())
    let device = try await bench.connect()
    await Self.expectConformance(of: device, "\(line)")
    await device.close()
    await bench.server.stop()
  }

  /// The core as a microcontroller runs it, over its UART.
  @Test(.enabled(if: QEMUBoard.isPossible)) func aBoardOnQEMUPasses() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tare-qemu-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let board = try QEMUBoard(in: folder)
    let port = board.port
    let device = try await BoardBench.patiently {
      try await BoardDevice.connect("qemu", program: "tests") { () throws(TransportError) in
        try TCPTransport(host: "127.0.0.1", port: port)
      }
    }
    await Self.expectConformance(of: device, "QEMU")
    let counts = try await device.odometer(of: device.capabilities.whole())
    let physics = try board.physics()
    #expect(counts.totals.all > 0 && counts.up == physics.up && counts.down == physics.down)
    await device.close()
  }

  static func expectConformance(
    of device: BoardDevice, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let subject = ConformanceSubject { device }
    var passed = 0
    for check in ConformanceCheck.all {
      let result = await check.run(on: subject)
      switch result.outcome {
      case .failed(let reason):
        Issue.record("\(what): \(result.check): \(reason)", sourceLocation: sourceLocation)
      case .passed: passed += 1
      case .skipped: break
      }
    }
    #expect(passed > ConformanceCheck.all.count / 2, sourceLocation: sourceLocation)
  }
}
