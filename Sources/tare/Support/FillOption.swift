import ArgumentParser
import Calibration

/// What stands for the symmetric points of cells that have none.
struct FillOption: ParsableArguments {
  enum Fill: String, ExpressibleByArgument, CaseIterable {
    case arrayMean = "array-mean"
    case zero
    case refuse
  }

  @Option(
    name: .customLong("fill"),
    help: """
      What cells without a symmetric point (stuck, outside) get: array-mean, the mean of the others; zero, the \
      weight 0; refuse.
      """)
  var choice = Fill.refuse

  /// What stands for them.
  var fill: ReferenceMap.Fill { ReferenceMap.Fill(rawValue: choice.rawValue) ?? .refuse }

  /// What was made up, in words; nil where nothing had to be.
  func words(_ map: ReferenceMap) -> String? {
    let count = map.empty.count
    guard count > 0 else { return nil }
    let value =
      fill == .zero ? "the weight 0" : "the mean of the \(map.cells.count - count) others"
    return "\(count) of \(map.cells.count) cells have no symmetric point; they get \(value)"
  }
}
