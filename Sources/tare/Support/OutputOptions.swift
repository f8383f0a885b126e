import ArgumentParser
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
    try write(String(decoding: try JSONText.encode(value), as: UTF8.self) + "\n")
  }

  /// Writes data to stdout; a full disk behind it is a failure like any other.
  func write(_ text: String) throws {
    try OutputFile.write(text, to: "/dev/stdout")
  }
}
