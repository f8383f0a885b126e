import ArgumentParser
import Foundation
import Reporting

/// Where what a study finds goes: a folder, and the terminal.
struct StudyOutput: ParsableArguments {
  @Option(name: .shortAndLong, help: "The folder to write; it must exist.")
  var out: String?

  @OptionGroup var output: OutputOptions

  /// What a study has come to, as it is written.
  struct Told {
    /// Every number: what the name of its file ends with, and the text.
    var data: (kind: String, text: String)
    var text: String
    var figure: LineChart
  }

  /// Refuses a folder that cannot be written, before there is anything to lose.
  private func checkFolder() throws {
    guard let out else { return }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: out, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw CommandFailure(.noInput, "--out \(out): there is no such folder; make it first")
    }
    guard FileManager.default.isWritableFile(atPath: out) else {
      throw CommandFailure(.permission, "--out \(out): the folder cannot be written")
    }
  }

  /// Does the work of a study and writes what it has found.
  ///
  /// - Parameters:
  ///   - name: of the files, without what comes after the dot.
  ///   - tell: puts what was found into words; what was found itself is printed for --json.
  func carryOut<Found: Encodable & Sendable>(
    _ name: String, _ work: @escaping @Sendable (Talk) async throws -> Found,
    tell: (Found) throws -> Told
  ) async throws {
    // Before the work: it would be lost.
    try checkFolder()
    let talk = output.talk
    let found = try await Interruption.watching { interruption in
      try await interruption.cancelling { try await work(talk) }
    }
    talk.endProgress()
    let told = try tell(found)
    // Told before it is written: a disk that fills up must not take the result with it.
    if output.json { try output.printJSON(found) } else { try output.write(told.text) }
    if let out {
      try OutputFile.write(told.data.text, to: "\(out)/\(name).\(told.data.kind)")
      try OutputFile.write(told.text, to: "\(out)/\(name).txt")
      try OutputFile.write(told.figure.svg(), to: "\(out)/\(name).svg")
    }
  }
}
