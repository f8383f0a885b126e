import ArgumentParser
import Calibration
import Reporting

/// `tare reference store`: the symmetric points as a file for whoever subtracts them.
struct ReferenceStoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Writes the symmetric points of a run to a file, as a digital reference.",
    discussion: """
      The ending says the form: .npy is a table of weights for numpy.load, .csv a line a cell, .json the \
      reference map itself. A file holds a number for every cell: --fill says what it is for cells that are \
      stuck, or whose symmetric point is out of reach.
        tare reference store measured --out zero.npy
        tare reference store measured --out zero.csv --fill array-mean
      """)

  @Argument(help: ArgumentHelp("The run folder, or a reference.json.", valueName: "run"))
  var source: String

  @Option(name: .shortAndLong, help: "The file to write: FILE.npy, FILE.csv or FILE.json.")
  var out: String

  @OptionGroup var filling: FillOption

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      guard let form = ReferenceExport.Form(ofFile: out) else {
        throw CommandFailure(
          .usage, "--out \(out): the name has to end in .npy, .csv or .json, which says the form")
      }
      let map = try ReferenceMap(run: source)
      let filled = try map.filled(by: filling.fill)
      try OutputFile.write(try ReferenceExport.encode(filled, as: form), to: out)
      output.talk.say("wrote \(out)")
      if let words = filling.words(map) { output.talk.say(words) }
    }
  }
}
