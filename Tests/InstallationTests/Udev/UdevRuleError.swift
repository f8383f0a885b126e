/// A rule that udev would ignore, or understand in another way than it was meant.
struct UdevRuleError: Error, Equatable, CustomStringConvertible {
  let file: String
  let line: Int
  let problem: String

  var description: String { "\(file):\(line): \(problem)" }
}
