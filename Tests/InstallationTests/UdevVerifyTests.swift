import Foundation
import Testing

/// What udev itself says of the rules, where it is new enough to be asked.
@Suite struct UdevVerifyTests {
  @Test(
    .enabled(
      "SKIPPED: there is no udevadm of systemd 254 or newer to verify the rules; make package-check asks that of its root"
    ) {
      guard let udevadm = Tool.udevadm else { return false }
      return try await Program.run(udevadm, ["verify", "--help"]).status == 0
    })
  func udevHasNothingAgainstTheRules() async throws {
    let udevadm = try #require(Tool.udevadm)
    let files = try UdevBench.files().map {
      RepositoryFile.root.appendingPathComponent("udev/\($0.name)").path
    }
    let outcome = try await Program.run(udevadm, ["verify", "--resolve-names=never"] + files)
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
