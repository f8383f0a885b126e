import Foundation

/// What the numbers were measured on.
enum Machine {
  static func description() throws -> String {
    let information = ProcessInfo.processInfo
    let memory = Spread.grouped(Double(information.physicalMemory) / 1_073_741_824, digits: 1)
    let commit = try Tool.output(of: ["git", "rev-parse", "--short", "HEAD"])
    let changed = try Tool.output(of: ["git", "status", "--porcelain", "--", "../Sources"])
    let swift = try Tool.output(of: ["swift", "--version"]).split(separator: "\n").first ?? ""
    let day = Date.now.formatted(.iso8601.year().month().day())
    return """
      - processor: \(processor()), \(information.activeProcessorCount) cores
      - memory: \(memory) GB
      - system: \(information.operatingSystemVersionString), \
      \(try Tool.output(of: ["uname", "-sr"]))
      - compiler: \(swift), release build
      - date: \(day), commit \(commit)\(changed.isEmpty ? "" : " with changes")
      """
  }

  private static func processor() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map {
      $0.trimmingCharacters(in: .whitespaces)
    } ?? "unknown"
  }
}
