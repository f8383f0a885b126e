import Foundation

/// Programs that look at what is installed, and that not every machine has.
enum Tool {
  /// Whether manual pages can be looked at.
  ///
  /// `.ci/setup test` installs mandoc, so that its absence is an error in CI.
  static let hasMandoc =
    FileManager.default.isExecutableFile(atPath: mandoc)
    || ProcessInfo.processInfo.environment["CI"] != nil
  static let mandoc = "/usr/bin/mandoc"

  /// `systemd-analyze`, where the system has it.
  ///
  /// It is not installed for tests, nor in CI: that may bring another systemd to a machine that runs on one.
  /// `make package-check` asks the one of its fresh root.
  static let analyzer = first("systemd-analyze")

  /// `udevadm`, to which the same applies.
  static let udevadm = first("udevadm")

  private static func first(_ name: String) -> String? {
    ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
