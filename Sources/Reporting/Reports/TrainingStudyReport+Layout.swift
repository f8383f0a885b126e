public import AnalogTraining

extension TrainingStudyReport {
  /// What stands in the table besides the rule, the conditions and the seeds.
  public struct Layout: Sendable {
    /// Headings of conditions by their names; one without is headed by its name.
    public var headings: [String: String]
    /// Figures of the table.
    public var columns: [TrialColumn]
    /// What the table needs said below it.
    public var notes: [String]
    /// The figure.
    public var figure: Plot

    /// Puts a layout together.
    public init(
      headings: [String: String] = [:], columns: [TrialColumn], notes: [String] = [], figure: Plot
    ) {
      (self.headings, self.columns, self.notes) = (headings, columns, notes)
      self.figure = figure
    }
  }

  /// Which trainings make a curve, and where they stand.
  public struct Plot: Sendable {
    /// Where a training stands along the horizontal axis.
    public enum Place: Sendable {
      /// At a number; where that is nil, it is the level that its curve is to be compared with.
      case at(@Sendable (TrainingTrial) -> Double?)
      /// At 1, 2, 3 ..., in the order in which these names come.
      case inOrder(@Sendable (TrainingTrial) -> String)
    }

    /// Its horizontal axis.
    public var x: Axis
    /// Its vertical axis.
    public var y: Axis
    /// The figure along it.
    public var column: TrialColumn
    /// The curve of a training.
    public var series: @Sendable (TrainingTrial) -> String
    /// Its horizontal place.
    public var place: Place
    /// Remarks below it.
    public var caption: String

    /// Describes a figure.
    public init(
      x: Axis, y: Axis, column: TrialColumn, caption: String, place: Place,
      series: @escaping @Sendable (TrainingTrial) -> String = { $0.rule }
    ) {
      (self.x, self.y, self.column, self.caption) = (x, y, column, caption)
      (self.series, self.place) = (series, place)
    }

    /// The place of each training, and what has to be said of it below the figure.
    func places(_ trials: [TrainingTrial]) -> (of: (TrainingTrial) -> Double?, remark: String) {
      switch place {
      case .at(let place): return (place, "")
      case .inOrder(let name):
        let names = trials.map(name).uniqued
        let listed = names.enumerated().map { "\($0 + 1): \($1)" }.joined(separator: ", ")
        return ({ names.firstIndex(of: name($0)).map { Double($0) + 1 } }, " " + listed + ".")
      }
    }
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order in which they first come.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
