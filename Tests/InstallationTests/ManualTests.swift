import Foundation
import Testing

/// The manual pages, which are made of what the command says of itself.
@Suite struct ManualTests {
  static let pages = "usr/share/man/man1"

  /// The codes of a table or an enumeration, where each stands behind `before`.
  static func codes(_ pattern: Regex<(Substring, Substring)>, in text: String) -> Set<Int> {
    Set(text.matches(of: pattern).compactMap { Int($0.1) })
  }

  @Test func everyCommandHasAPage() async throws {
    let installation = try await Installation(prefix: "/usr")
    let tare = try #require(Program.tare)
    let help = try await Program.run(tare, ["--help"]).output
    let list = try #require(help.components(separatedBy: "SUBCOMMANDS:").last)
    let commands = list.matches(of: #/(?m)^  ([a-z]+)  /#).map { String($0.1) }
    #expect(commands.contains("calibrate") && commands.contains("stop"))
    let files = try installation.scratch.files()
    for command in commands {
      let page = "\(Self.pages)/tare-\(command).1"
      try #require(files.contains(page), "\(command) has no page")
      #expect(try installation.scratch.text("\(Self.pages)/tare.1").contains("tare\\-\(command)"))
      // What its --help lists as an option is in the page.
      let options = try await Program.run(tare, [command, "--help"]).output
        .matches(of: /(?m)^  (--[a-z-]+)/).map { $0.1.replacing("-", with: "\\-") }
      let text = try installation.scratch.text(page)
      for option in options {
        #expect(text.contains(option), "\(command) \(option)")
      }
    }
  }

  @Test func exitCodesAreThoseOfTheCommand() async throws {
    let installation = try await Installation(prefix: "/usr")
    let page = try installation.scratch.text("\(Self.pages)/tare.1")
    let section = try #require(
      page.components(separatedBy: ".SH EXIT STATUS").last?.components(separatedBy: ".SH").first)
    let source = try RepositoryFile.text("Sources/tare/Support/ExitStatus.swift")
    let ours = Self.codes(/case [a-zA-Z]+ = ([0-9]+)/, in: source)
    #expect(ours.count > 5)
    #expect(Self.codes(/(?m)^\.B ([0-9]+)$/, in: section) == ours.union([0]))
  }

  @Test(.enabled(if: Tool.hasMandoc, "SKIPPED: there is no mandoc to look at manual pages"))
  func aFormatterHasNothingAgainstThem() async throws {
    let installation = try await Installation(prefix: "/usr")
    let pages = try installation.scratch.files().filter { $0.hasPrefix(Self.pages) }
      .map { installation.scratch.folder.appendingPathComponent($0).path }
    let outcome = try await Program.run(Tool.mandoc, ["-T", "lint", "-W", "warning"] + pages)
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test func nothingOfTheMachineIsInThem() async throws {
    let installation = try await Installation(prefix: "/usr")
    for page in try installation.scratch.files() where page.hasPrefix(Self.pages) {
      let text = try installation.scratch.text(page)
      #expect(!text.contains("The default is \\fB\(NSUserName())\\fR"), "\(page)")
      #expect(!text.contains(RepositoryFile.root.path), "\(page)")
    }
  }
}
