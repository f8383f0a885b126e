import BoardDriver
import DeviceConformance
import DeviceContract
import Testing
import VirtualBoard

@Suite struct ConformanceOfBoardsTests {
  /// The same suite that the simulator passes, with the reference core and a line in between.
  @Test(arguments: BoardBench.Line.allCases)
  func aVirtualBoardPasses(line: BoardBench.Line) async throws {
    let bench = try await BoardBench(line, try BoardBench.settings())
    let device = try await bench.connect()
    let subject = ConformanceSubject { device }
    for check in ConformanceCheck.all {
      let result = await check.run(on: subject)
      switch result.outcome {
      case .failed(let reason): Issue.record("\(line): \(result.check): \(reason)")
      default: break
      }
    }
    await device.close()
    await bench.server.stop()
  }
}
