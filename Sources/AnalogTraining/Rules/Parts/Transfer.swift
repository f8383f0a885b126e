import DeviceContract
public import ReproducibleNoise

/// How what was read of one array is written into the next.
public enum Transfer: Sendable, Hashable, Codable {
  /// As pulses whose mean number is the value times a rate, without memory.
  case stochastic(BitLinePlanner, rate: Float)
  /// Through a digital buffer that fires single pulses.
  case buffered(TransferBuffer)

  /// The most pulses of a cell at one transfer.
  var mostPulses: Int {
    switch self {
    case .stochastic(let planner, _): planner.longest
    case .buffered(let buffer): buffer.mostPulses
    }
  }

  /// The pulses of some columns.
  ///
  /// - Parameters:
  ///   - values: what was read, row-major over the columns, with its sign.
  ///   - scale: what the rate is multiplied by.
  ///   - writes: whether a buffer may fire, one a column; what would have been fired is forgotten all the same.
  ///   - rows: rows of the layer.
  public mutating func pulses(
    _ values: [Float], scale: Float = 1, writes: [Bool], rows: Int, columns: Range<Int>, array: Int,
    using random: inout RandomStream
  ) -> [ArrayPulses] {
    let pattern: PulseTrain.Pattern
    switch self {
    case .stochastic(let planner, var rate):
      rate *= scale
      if columns.count == 1 {
        guard
          let lines = planner.lines(rate: rate, d: values, x: [1], using: &random).pattern
        else { return [] }
        pattern = lines
      } else {
        let counts = planner.counts(of: values.lazy.map { rate * $0 }, using: &random)
        guard counts.contains(where: { $0 != 0 }) else { return [] }
        pattern = .counts(counts)
      }
    case .buffered(var buffer):
      let counts = buffer.add(values, scale: scale, columns: columns, writes: writes)
      self = .buffered(buffer)
      guard counts.contains(where: { $0 != 0 }) else { return [] }
      pattern = .counts(counts)
    }
    return [ArrayPulses(array: array, rows: 0..<rows, columns: columns, pattern: pattern)]
  }
}

/// The digital buffer between a fast and a slow array: it collects what is read, and fires where that makes a
/// whole pulse.
///
/// Gokmen, Front. Artif. Intell. 4:699148 (2021): Tiki-Taka version 2.
public struct TransferBuffer: Sendable, Hashable, Codable {
  /// What becomes of an entry that has fired.
  public enum AfterPulse: Sendable, Hashable, Codable {
    /// It keeps this part of itself (`forget_buffer` of aihwkit, with its `momentum`).
    case keep(Float)
    /// It loses what it has fired.
    case subtract
  }

  /// What one unit of a read adds, in pulses.
  public let rate: Float
  /// The part that an entry loses at each visit; 0 for none.
  public let decay: Float
  /// The most pulses of a cell at a visit.
  public let mostPulses: Int
  /// What becomes of an entry that has fired.
  public let afterPulse: AfterPulse
  /// The entries, in pulses, rows times columns of the layer.
  public private(set) var values: Matrix

  /// An empty buffer.
  public init(
    rows: Int, columns: Int, rate: Float, decay: Float = 0, mostPulses: Int = 1,
    afterPulse: AfterPulse = .keep(0)
  ) {
    (self.rate, self.decay, self.mostPulses) = (rate, decay, mostPulses)
    self.afterPulse = afterPulse
    values = Matrix(rows: rows, columns: columns)
  }

  /// Adds a read of some columns and says what to fire, row-major over them.
  ///
  /// - Parameters:
  ///   - scale: what ``rate`` is multiplied by.
  ///   - writes: whether entries may fire, one a column; what would have been fired is forgotten all the same, so
  ///     that a first reference which is wrong leaves no store of pulses.
  public mutating func add(
    _ read: [Float], scale: Float = 1, columns: Range<Int>, writes: [Bool]
  ) -> [Int16] {
    let rate = rate * scale
    var counts = [Int16](repeating: 0, count: read.count)
    for (place, value) in read.enumerated() {
      let (row, column) = (place / columns.count, columns.lowerBound + place % columns.count)
      var entry = (1 - decay * scale) * values[row, column] + rate * value
      let whole = min(Float(mostPulses), max(-Float(mostPulses), entry.rounded(.towardZero)))
      if whole != 0 {
        if writes[place % columns.count] { counts[place] = Int16(whole) }
        switch afterPulse {
        case .keep(let part): entry *= part
        case .subtract: entry -= whole
        }
      }
      values[row, column] = entry
    }
    return counts
  }
}
