import Foundation
import Testing

/// What `make install` puts where, and what `make uninstall` leaves.
@Suite struct InstallationTests {
  @Test(arguments: [
    ("/usr", "usr/lib/udev/rules.d", "usr/share/zsh/vendor-completions"),
    ("/usr/local", "etc/udev/rules.d", "usr/local/share/zsh/site-functions"),
    ("/opt/tare", "etc/udev/rules.d", "opt/tare/share/zsh/site-functions"),
  ])
  func filesAreWhereTheyAreLookedFor(prefix: String, rules: String, zsh: String) async throws {
    let installation = try await Installation(prefix: prefix)
    let files = try installation.scratch.files()
    let below = String(prefix.dropFirst())
    for file in [
      "\(below)/bin/tare", "\(below)/share/man/man1/tare.1",
      "\(below)/share/man/man1/tare-calibrate.1",
      "\(below)/share/bash-completion/completions/tare", "\(zsh)/_tare",
      "\(below)/share/fish/vendor_completions.d/tare.fish", "\(rules)/60-tare.rules",
      "\(rules)/61-tare-access.rules", "\(below)/lib/systemd/system/tare-bench@.service",
      "\(below)/share/doc/tare/schedule-file.md", "\(below)/share/doc/tare/examples/bench.toml",
    ] {
      #expect(files.contains(file), "\(file) is missing")
    }
    let runnable = files.filter {
      FileManager.default.isExecutableFile(
        atPath: installation.scratch.folder.appendingPathComponent($0).path)
    }
    // Root may "run" whatever has any such bit, and nothing else has one.
    #expect(runnable == ["\(below)/bin/tare"])

    let removed = try await Installation.script(
      "uninstall", prefix: prefix, to: installation.scratch.folder.path)
    #expect(removed.status == 0)
    #expect(try installation.scratch.files() == [])
  }

  /// What the unit and the manual say of documents is true wherever they are installed.
  @Test(arguments: ["/usr", "/opt/tare-0"])
  func documentsAreWhereTheyAreSaidToBe(prefix: String) async throws {
    let installation = try await Installation(prefix: prefix)
    let below = String(prefix.dropFirst())
    let files = try installation.scratch.files()
    let unit = try installation.scratch.text("\(below)/lib/systemd/system/tare-bench@.service")
    let page = try installation.scratch.text("\(below)/share/man/man1/tare.1")
    for text in [unit, page] { #expect(!text.contains(/@[A-Z]+@/)) }
    let named = unit.matches(of: /\/[a-z0-9\/-]+\.md/)
      .map { String($0.0.drop { $0 == "/" }) }
    #expect(named.count == 2)
    for file in named {
      #expect(file.hasPrefix("\(below)/share/doc/tare/") && files.contains(file), "\(file)")
    }
    // As a terminal shows it: a - of the name is one.
    let folder = "\(prefix)/share/doc/tare".replacing("-", with: "\\-")
    #expect(page.contains("\n.I \(folder)\n"))
  }

  /// Documents name each other, and stand side by side.
  @Test func linksBetweenDocumentsLeadSomewhere() async throws {
    let installation = try await Installation(prefix: "/usr")
    let folder = "usr/share/doc/tare"
    let files = try installation.scratch.files()
    for page in ["udev.md", "installation.md"] {
      let text = try installation.scratch.text("\(folder)/\(page)")
      for link in text.matches(of: /\]\(([^)#]+)/) where !link.1.hasPrefix("https:") {
        #expect(files.contains("\(folder)/\(link.1)"), "\(page) names \(link.1)")
      }
    }
  }

  @Test func whatCannotBeIsRefused() async throws {
    let scratch = try Scratch()
    let relative = try await Installation.script(
      "install", prefix: "local", to: scratch.folder.path)
    #expect(relative.status == 64)
    let unbuilt = try await Installation.script(
      "install", prefix: "/usr", to: scratch.folder.path, binary: "/nowhere/tare")
    #expect(unbuilt.status == 66 && unbuilt.output.contains("make build"))
    let unknown = try await Installation.script("instal", prefix: "/usr", to: scratch.folder.path)
    #expect(unknown.status == 64)
    #expect(try scratch.files() == [])
  }

  @Test func shellsAcceptTheirCompletions() async throws {
    let installation = try await Installation(prefix: "/usr")
    let bash = "usr/share/bash-completion/completions/tare"
    #expect(try !installation.scratch.text(bash).hasPrefix("#!"))
    let shown = try await Program.run(
      "/bin/bash",
      [
        "-c",
        """
        source "$1" && COMP_WORDS=(tare cal) COMP_CWORD=1 COMP_LINE="tare cal" COMP_POINT=8 \
        && _tare tare cal tare && echo "${COMPREPLY[@]}"
        """, "bash", installation.scratch.folder.appendingPathComponent(bash).path,
      ])
    #expect(shown.output == "calibrate\n")
    let zsh = try installation.scratch.text("usr/share/zsh/vendor-completions/_tare")
    #expect(zsh.hasPrefix("#compdef tare\n"))
  }

  @Test func packageScriptsAreOfAShell() async throws {
    for name in ["postinst", "prerm", "postrm"] {
      let path = RepositoryFile.root.appendingPathComponent("packaging/debian/\(name)").path
      #expect(try await Program.run("/bin/sh", ["-n", path]).status == 0, "\(name)")
    }
  }
}
