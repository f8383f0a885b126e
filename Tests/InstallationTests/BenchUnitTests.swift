import Foundation
import Testing

/// The unit of systemd for benches that nobody attends to.
@Suite struct BenchUnitTests {
  static func values(_ key: String) throws -> [String] {
    try RepositoryFile.text("packaging/tare-bench@.service").split(separator: "\n")
      .filter { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  @Test func aStopIsACtrlC() throws {
    #expect(try Self.values("KillSignal") == ["SIGINT"])
    #expect(try Self.values("SuccessExitStatus") == ["130"])
  }

  /// A campaign is given again only where that can help: not what a person must put right.
  @Test func whatAPersonMustPutRightIsNotTriedAgain() throws {
    let source = try RepositoryFile.text("Sources/tare/Support/ExitStatus.swift")
    let codes = Dictionary(
      uniqueKeysWithValues: source.matches(of: /case ([a-zA-Z]+) = ([0-9]+)/)
        .map { (String($0.1), String($0.2)) })
    let hopeful: Set = ["unavailable", "inputOutput", "busy", "interrupted"]
    let hopeless = codes.filter { !hopeful.contains($0.key) }.values
    let prevented = try Self.values("RestartPreventExitStatus").joined(separator: " ")
    #expect(Set(prevented.split(separator: " ").map(String.init)) == Set(hopeless))
  }

  @Test func onlyBoardsMayBeOpened() throws {
    #expect(try Self.values("DevicePolicy") == ["closed"])
    let devices = try Self.values("DeviceAllow")
    #expect(
      devices == ["char-ttyACM rw", "char-ttyUSB rw", "char-usb_device rw"])
    // Private devices are none at all, and without netlink no board is seen to come and go.
    #expect(try Self.values("PrivateDevices") == [])
    #expect(try Self.values("RestrictAddressFamilies").joined().contains("AF_NETLINK"))
    // Groups that the rules of udev grant, and the one of serial ports.
    #expect(try Self.values("SupplementaryGroups") == ["dialout plugdev"])
  }

  @Test(
    .enabled(
      if: Tool.analyzer != nil,
      "SKIPPED: there is no systemd-analyze to verify the unit; make package-check asks that of its root"
    ))
  func systemdHasNothingAgainstIt() async throws {
    let analyzer = try #require(Tool.analyzer)
    let installation = try await Installation(prefix: "/usr")
    let unit = try installation.scratch.text("usr/lib/systemd/system/tare-bench@.service")
    #expect(unit.contains("\nExecStart=/usr/bin/tare schedule /etc/tare/%i.toml\n"))
    let here = installation.scratch.folder.appendingPathComponent("tare-bench@night.service")
    // Where it is not installed, the command is not where the unit says.
    try unit.replacing("/usr/bin/tare schedule", with: "/bin/sh -c")
      .write(to: here, atomically: true, encoding: .utf8)
    let outcome = try await Program.run(analyzer, ["verify", "--man=no", here.path])
    let told = outcome.output.split(separator: "\n").filter { $0.contains("tare-bench") }
    #expect(told.isEmpty, "\(told)")
  }
}
