/// How long and where is measured.
struct BenchmarkSettings {
  /// Repeats of which the median is told.
  var repeats: Int
  /// About how long one repeat takes.
  var seconds: Double
  /// Array trains that share their commits.
  var batch: Int
  /// A part of the names of the array trains to fire.
  var matching: String
  /// Trains in the large store.
  var trains: Int
  /// Where ledgers go.
  var scratch: ScratchFolder
  /// The program that is timed as a process, or nil for none.
  var tare: String?
  /// The parts to run, or none for all.
  var only: [String]

  func runs(_ part: String) -> Bool { only.isEmpty || only.contains(part) }
}
