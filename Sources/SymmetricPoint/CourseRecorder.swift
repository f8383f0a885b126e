/// Keeps the courses of a few cells while an array is filtered.
struct CourseRecorder {
  private(set) var courses: [CellCourse]
  /// The estimates of more of them.
  private(set) var trace: SearchTrace
  /// Pulses of each of these cells so far.
  private var pulses: [Int]

  /// - Parameter cells: those that take part, of which a few are chosen.
  init(_ cells: some Sequence<Int>) {
    let cells = Array(cells)
    courses = CellCourse.chosen(of: cells).map(CellCourse.init)
    trace = SearchTrace(of: cells)
    pulses = Array(repeating: 0, count: courses.count)
  }

  /// Takes what is known after a burst, of so many pulses for a cell, and a read.
  mutating func record(_ array: FilteredArray, after burst: (_ cell: Int) -> Int) {
    trace.append { Float(array.symmetricPoint(of: $0).value) }
    let inflation = max(1, array.innovationRatio).squareRoot()
    for place in courses.indices {
      let cell = courses[place].cell
      pulses[place] += abs(burst(cell))
      let (value, deviation) = array.symmetricPoint(of: cell)
      let halfWidth = min(FilteredArray.confidence * deviation * inflation, array.expected.range)
      courses[place].append(
        CellCourse.Point(
          pulses: pulses[place], value: Float(value), halfWidth: Float(halfWidth)))
    }
  }
}
