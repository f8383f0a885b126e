import Foundation
import Testing

/// The workflow for users, read as far as these tests need: lines, and how far they are set in.
struct Workflow {
  let lines: [Substring]

  init() throws {
    lines = try RepositoryFile.text("Examples/github-actions/tare.yml")
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The lines below one that reads so, without what they are set in by.
  func block(below heading: String) throws -> [String] {
    let start = try #require(
      lines.firstIndex { $0.drop { $0 == " " } == heading }, "there is no \"\(heading)\"")
    let depth = lines[start].prefix { $0 == " " }.count
    let body = lines[(start + 1)...].prefix {
      $0.allSatisfy(\.isWhitespace) || $0.prefix { $0 == " " }.count > depth
    }
    let margin = body.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return body.map { String($0.dropFirst(margin)) }
  }

  /// The script of a step.
  func script(of step: String) throws -> String {
    let name = try #require(
      lines.firstIndex { $0.drop { $0 == " " } == "- name: \(step)" }, "there is no \(step)")
    return try Workflow(lines: Array(lines[name...])).block(below: "run: |").joined(separator: "\n")
  }

  /// The lines of each job.
  func jobs() throws -> [String: [String]] {
    var jobs: [String: [String]] = [:]
    var name = ""
    for line in try block(below: "jobs:") {
      if let heading = line.wholeMatch(of: /([a-z-]+):/) {
        name = String(heading.1)
      } else {
        jobs[name, default: []].append(line)
      }
    }
    return jobs
  }

  /// The values at the top.
  func environment() throws -> [String: String] {
    var values: [String: String] = [:]
    for line in try block(below: "env:") where !line.hasPrefix("#") {
      guard let colon = line.range(of: ": ") else { continue }
      values[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
    }
    return values
  }

  private init(lines: [Substring]) { self.lines = lines }
}
