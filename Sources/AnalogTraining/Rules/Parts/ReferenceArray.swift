import DeviceContract

/// An array that holds the reference of the fast one: a column is programmed whenever the reference in use changes.
///
/// So algorithm 3 of arXiv 2602.21321 has it, where the difference of two cells is read. What is in use is what the
/// column was read to hold in the end, with the error of whole pulses. Its pulses are booked as tracking, apart from
/// those of the training.
public struct ReferenceArray: Sendable, Hashable, Codable {
  /// After the fast and the slow one.
  public static let index = 2

  /// What comes next.
  enum Next {
    /// To be read or fired.
    case step(TransferStep)
    /// A column holds these values, and the next one may begin.
    case reached(column: Int, values: [Float])
  }

  /// Rounds of pulses, each after a read; one more read says what was reached.
  public let rounds: Int
  private let granularity: Float
  private let most: Float
  /// Columns that wait for their values; the first one is being programmed.
  private var waiting: [Int] = []
  private var round = 0
  private var awaitsRead = false

  /// An array whose cells nobody has programmed.
  init(rounds: Int, layer: RuleLayer) {
    self.rounds = rounds
    granularity = layer.planner.granularity
    // More would go from bound to bound, in whatever state a cell is.
    most = min((layer.range / granularity).rounded(.up), Float(Int16.max))
  }

  /// The column that is being programmed.
  var column: Int? { waiting.first }

  /// The most pulses of a cell for a column.
  var mostPulses: Int { rounds * Int(most) }

  /// Lets a column be programmed after those that wait.
  mutating func add(_ column: Int) { waiting.append(column) }

  /// Goes on with the column that is being programmed.
  ///
  /// - Parameters:
  ///   - answer: what was read, if a read was asked for.
  ///   - target: what the column is to hold.
  mutating func next(_ answer: [Float], toward target: [Float]) -> Next? {
    guard let column else { return nil }
    let columns = column..<column + 1
    guard awaitsRead else {
      awaitsRead = true
      return .step(.read(array: Self.index, columns: columns))
    }
    awaitsRead = false
    let counts = zip(target, answer).map { target, found in
      let count = ((target - found) / granularity).rounded()
      return count.isFinite ? Int16(min(max(count, -most), most)) : 0
    }
    guard round < rounds, counts.contains(where: { $0 != 0 }) else {
      waiting.removeFirst()
      round = 0
      return .reached(column: column, values: answer)
    }
    round += 1
    return .step(
      .fire([
        ArrayPulses(
          array: Self.index, rows: 0..<counts.count, columns: columns, pattern: .counts(counts),
          cause: .track)
      ]))
  }
}
