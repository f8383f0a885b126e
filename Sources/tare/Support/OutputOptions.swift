import ArgumentParser
import Foundation
import Reporting

/// Options that every command has.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON on stdout.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say nothing but the result and failures.")
  var quiet = false

  var talk: Talk { Talk(isQuiet: quiet) }

  /// Prints a value as JSON with sorted names.
  func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    try write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }

  /// Writes data to stdout; a full disk behind it is a failure like any other.
  func write(_ text: String) throws {
    try OutputFile.write(text, to: "/dev/stdout")
  }
}
