import Foundation
import Testing

/// What `.ci/setup` installs is what a build then finds.
@Suite struct SetupTests {
  /// A header that is looked for otherwise than it is included may be found by the one and not by the other: pkg-config,
  /// which would lead to more folders, need not be there.
  @Test func headersAreLookedForAsTheyAreIncluded() throws {
    let setup = try RepositoryFile.text(".ci/setup")
    let sources = RepositoryFile.root.appendingPathComponent("Sources")
    let shims = try FileManager.default.contentsOfDirectory(atPath: sources.path)
      .map { "Sources/\($0)/shim.h" }
      .filter {
        FileManager.default.fileExists(atPath: RepositoryFile.root.appendingPathComponent($0).path)
      }
    #expect(shims.contains("Sources/CUSB/shim.h") && shims.contains("Sources/CSerialPort/shim.h"))
    for shim in shims {
      for header in try RepositoryFile.text(shim).matches(of: /#include <(.+)>/) {
        #expect(setup.contains("has_header \(header.1) ||"), "\(shim) includes \(header.1)")
      }
    }
  }
}
