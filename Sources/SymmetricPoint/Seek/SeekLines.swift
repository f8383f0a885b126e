import DeviceContract

/// Where the cells of a search lie, and how long pulses and reads take there.
struct SeekGeometry: Sendable {
  /// Cells of a row.
  var columns: Int
  var scheme: BiasScheme
  /// Seconds of a slot, and of a read of all rows.
  var slotTime: Double, readTime: Double
}

/// What the pulses of a search did to the lines of an array, and what each cell felt of it since it was last read.
struct SeekLines: Sendable {
  private let geometry: SeekGeometry
  /// Pulses of each column, and slots of all rows, up and down, since the search began; seconds.
  private var columns: [SIMD2<Int>]
  private var all = SIMD2<Int>()
  private(set) var time = 0.0
  /// The same when each row was last read.
  private var columnsRead: [[SIMD2<Int>]]
  private var allRead: [SIMD2<Int>]
  private var timeRead: [Double]
  /// Slots of each row since it was read, up and down.
  private var slots: [SIMD2<Int>]

  init(cells: Int, _ geometry: SeekGeometry) {
    self.geometry = geometry
    let rows = cells / geometry.columns
    columns = Array(repeating: SIMD2(), count: geometry.columns)
    columnsRead = Array(repeating: columns, count: rows)
    (allRead, slots) = (Array(repeating: all, count: rows), Array(repeating: all, count: rows))
    timeRead = Array(repeating: 0, count: rows)
  }

  var rows: Int { slots.count }
  var readTime: Double { geometry.readTime }

  /// Fires the pulses of a row.
  mutating func fire(row: Int, of pulses: [Int]) {
    var most = SIMD2<Int>()
    for (column, cell) in (row * columns.count..<(row + 1) * columns.count).enumerated()
    where pulses[cell] != 0 {
      let side = pulses[cell] > 0 ? 0 : 1
      most[side] = max(most[side], abs(pulses[cell]))
      columns[column][side] += abs(pulses[cell])
    }
    slots[row] &+= most
    all &+= most
    time += Double(most[0] + most[1]) * geometry.slotTime
  }

  /// Reads a row.
  mutating func read(row: Int) {
    (columnsRead[row], allRead[row], timeRead[row]) = (columns, all, time)
    time += geometry.readTime / Double(rows)
    slots[row] = SIMD2()
  }

  /// Lets the time of a read pass that is of no use otherwise.
  mutating func pass() { time += geometry.readTime }

  /// Seconds since the last read of a row.
  func age(ofRow row: Int) -> Double { time - timeRead[row] }

  /// How often a cell felt the pulses of others since it was last read, up and down; its own pulses since then are
  /// taken off.
  ///
  /// In V/3 schemes cells on no selected line feel the other polarity.
  func felt(_ cell: Int, pulses: Int = 0) -> SIMD2<Int> {
    guard geometry.scheme != .isolated else { return SIMD2() }
    let (row, column) = cell.quotientAndRemainder(dividingBy: columns.count)
    var own = SIMD2<Int>()
    own[pulses > 0 ? 0 : 1] = abs(pulses)
    let onLines = slots[row] &+ columns[column] &- columnsRead[row][column] &- own &- own
    guard geometry.scheme == .thirdVoltage else { return onLines }
    let others = all &- allRead[row] &- own &- onLines
    return SIMD2(onLines[0] + others[1], onLines[1] + others[0])
  }
}
