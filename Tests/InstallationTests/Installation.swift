import Foundation
import Testing

/// What `make install` does, in a staging folder.
struct Installation {
  let scratch: Scratch

  /// Installs the command of this build.
  init(prefix: String) async throws {
    scratch = try Scratch()
    let outcome = try await Self.script("install", prefix: prefix, to: scratch.folder.path)
    try #require(outcome.status == 0, "\(outcome.output)")
  }

  static func script(
    _ action: String, prefix: String, to destination: String, binary: String? = Program.tare
  ) async throws -> Program.Outcome {
    try await Program.run(
      "/bin/bash",
      [RepositoryFile.root.appendingPathComponent("packaging/install.sh").path, action],
      environment: [
        "PREFIX": prefix, "DESTDIR": destination, "BINARY": binary ?? "", "UDEVDIR": "",
        "UNITDIR": "", "STRIP": "", "SOURCE_DATE_EPOCH": "1763798400",
      ])
  }
}
