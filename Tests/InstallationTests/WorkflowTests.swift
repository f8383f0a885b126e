import Foundation
import Testing

/// The workflow for users does what it says, with the command as it is.
@Suite struct WorkflowTests {
  @Test func actionsAreNamedByCommit() throws {
    let uses = try Workflow().lines.compactMap { line in
      line.firstMatch(of: /uses: (.*)$/).map { String($0.1) }
    }
    #expect(uses.count >= 8)
    for use in uses {
      #expect(use.wholeMatch(of: /actions\/[a-z-]+@[0-9a-f]{40} # v[0-9.]+/) != nil, "\(use)")
    }
  }

  @Test func itMayOnlyRead() throws {
    let workflow = try Workflow()
    #expect(try workflow.block(below: "permissions:").filter { !$0.isEmpty } == ["contents: read"])
    #expect(workflow.lines.count { $0.contains("permissions:") } == 1)
    #expect(!workflow.lines.contains { $0.contains("secrets.") })
  }

  @Test func everyJobEnds() throws {
    let jobs = try Workflow().block(below: "jobs:")
    let names = jobs.filter { $0.wholeMatch(of: /[a-z-]+:/) != nil }
    #expect(names == ["package:", "simulator:", "board:", "own-tests:"])
    #expect(jobs.count { $0.contains("timeout-minutes:") } == names.count)
  }

  @Test func targetsOfMakeAreThere() throws {
    let makefile = try RepositoryFile.text("Makefile")
    let targets = try Workflow().lines.flatMap { $0.matches(of: /run: make ([a-z-]+)/) }
    #expect(targets.map { String($0.1) } == ["package", "test"])
    for target in targets { #expect(makefile.contains("\n\(target.1):")) }
  }

  /// Images of Swift have no make.
  @Test func jobsThatCallMakeInstallItBefore() throws {
    let callers = try Workflow().jobs().compactMapValues { lines in
      lines.firstIndex { $0.contains(/^ +(- |)(run: |)make [a-z]/) }.map { lines[..<$0] }
    }
    #expect(Set(callers.keys) == ["package", "own-tests"])
    for (name, before) in callers {
      let installs = before.contains {
        $0.contains(/apt-get update .*&& apt-get install .* make( |$)/)
      }
      #expect(installs, "\(name) calls a make that it has not installed")
    }
  }

  @Test(arguments: [
    ("Simulator suite", ["simulated"]), ("Virtual board suite", ["on-board", "on-bad-line"]),
  ])
  func aSuiteRuns(step: String, runs: [String]) async throws {
    let tare = try #require(Program.tare)
    let workflow = try Workflow()
    let scratch = try Scratch()
    // A bench of the repository is rehearsed where there is one.
    try RepositoryFile.text("Examples/schedule.toml").write(
      to: scratch.folder.appendingPathComponent("schedule.toml"), atomically: true, encoding: .utf8)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folder = URL(fileURLWithPath: tare).deletingLastPathComponent().path
    let outcome = try await Program.run(
      "/bin/bash", ["-c", try workflow.script(of: step)],
      environment: try workflow.environment().merging(["PATH": "\(folder):\(path)"]) { $1 },
      in: scratch.folder, limit: 300)
    #expect(outcome.status == 0, "\(outcome.output)")
    for run in runs {
      #expect(outcome.output.contains("run \(run), 16 x 16 cells: balances"))
      #expect(try scratch.files().contains("\(run)/run.json"))
    }
  }

  /// A suite that finds something wrong fails the job.
  @Test func aSuiteFailsWhereABudgetIsRefused() async throws {
    let tare = try #require(Program.tare)
    let workflow = try Workflow()
    let scratch = try Scratch()
    try Data("format = \"tare-bench/1\"\n[user]\npulses_per_cell = 10\n".utf8)
      .write(to: scratch.folder.appendingPathComponent("bench.toml"))
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folder = URL(fileURLWithPath: tare).deletingLastPathComponent().path
    let outcome = try await Program.run(
      "/bin/bash", ["-c", try workflow.script(of: "Simulator suite")],
      environment: try workflow.environment().merging(["PATH": "\(folder):\(path)"]) { $1 },
      in: scratch.folder, limit: 300)
    #expect(outcome.status == 1, "\(outcome.output)")
  }
}
