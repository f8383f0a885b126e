import Calibration
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Testing

/// What the article "Calibrate an array in ten lines" shows is what runs here.
@Suite struct ArticleTests {
  static func calibrate() async throws -> CampaignResult? {
    // The article begins here.
    let settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    let budget = try PulseBudget(parsing: "2000/cell")
    let device = MeteredDevice(try SimulatedCrossbar(settings), limits: try LimitSet(budget))
    let region = device.capabilities.whole()
    guard let array = ArrayExpectation(of: settings.device) else { return nil }
    let planner = CalibrationPlanner(array, tolerance: .part(0.01))
    let plan = try await planner.plan(on: device, region: region)
    if let refusal = plan.refusal { print(refusal) }
    print("\(plan.method) takes some \(plan.expected.pulsesPerCell) pulses a cell: \(plan.reason)")
    let result = try await CalibrationCampaign(plan).run(on: device, region: region)
    // The article ends here.
    return result
  }

  @Test func theLinesDoWhatTheySay() async throws {
    let result = try #require(try await Self.calibrate())
    let converged = result.found.estimates.filter { $0.verdict == .converged }
    // A cell in a hundred is noisy or far away beyond its most pulses.
    #expect(converged.count >= 64 * 64 * 99 / 100)
    // Two standard deviations of 1 % of a window of 2, with one of twenty beyond.
    #expect(converged.count { $0.halfWidth <= 0.04 } >= converged.count * 95 / 100)
    #expect(converged.allSatisfy { $0.pulses <= 2_000 })
  }

  @Test func theyAreTheLinesOfTheArticle() throws {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let article = try String(
      contentsOf: root.appending(path: "Sources/Calibration/Calibration.docc/CalibrateAnArray.md"),
      encoding: .utf8)
    let own = try String(contentsOf: here, encoding: .utf8)
    let shown = try Self.lines(of: article, from: "```swift", to: "```")
    let run = try Self.lines(
      of: own, from: "// The article begins here.", to: "// The article ends")
    #expect(shown == run)
    #expect(shown.count == 10)
  }

  private static func lines(of text: String, from start: String, to end: String) throws -> [String]
  {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let first = try #require(lines.firstIndex { $0 == start })
    let last = try #require(lines[(first + 1)...].firstIndex { $0.hasPrefix(end) })
    return Array(lines[(first + 1)..<last])
  }
}
