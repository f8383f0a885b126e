import Foundation
import Testing

/// What udev itself says of the rules, where it is new enough to be asked (systemd 254).
@Suite struct UdevVerifyTests {
  static let udevadm = ["/usr/bin/udevadm", "/bin/udevadm", "/sbin/udevadm"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test func udevHasNothingAgainstTheRules() async throws {
    guard let udevadm = Self.udevadm,
      try await Program.run(udevadm, ["verify", "--help"]).status == 0
    else { return }
    let files = try UdevBench.files().map {
      RepositoryFile.root.appendingPathComponent("udev/\($0.name)").path
    }
    let outcome = try await Program.run(udevadm, ["verify", "--resolve-names=never"] + files)
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
