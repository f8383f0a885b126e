public import DeviceContract
public import ReproducibleNoise

/// Turns increments of weights into pulses of a device whose mean step is known: stochastic bit lines for an
/// outer product, counts for increments of single cells.
///
/// Bit lines are those of Gokmen and Vlasov, Front. Neurosci. 10:333 (2016), equations 3 to 5: for a step `rate` times d
/// times x a row fires in each of BL slots with probability B |d| and a column with A |x|, where
/// A B = rate / (granularity BL), so that E[coincidences] = rate |d| |x| / granularity while no probability is above 1.
/// Without managements A and B are equal, and BL is ``longest``.
///
/// Update management and bit-length management are those of Gokmen, Onen and Haensch, Front. Neurosci. 11:538 (2017), and
/// of aihwkit (`UpdateParameters`).
public struct BitLinePlanner: Sendable, Hashable, Codable {
  /// The most slots of a train, `desired_bl`; never more than 64 are used.
  public var longest = 5
  /// Whether rows and columns get equal highest probabilities, `update_management`: A is multiplied by
  /// sqrt(max |d| / max |x|) and B divided by it, so that neither side is clipped before the other.
  public var managesUpdate = true
  /// Whether trains are only as long as their largest increment needs, `update_bl_management`: BL is
  /// ceil(rate max |d| max |x| / granularity), and at most ``longest``.
  public var managesLength = true
  /// The mean step of a pulse at weight 0, in weights.
  public var granularity: Float

  /// The settings of the field around a device.
  ///
  /// - Precondition: `granularity` is above 0.
  public init(granularity: Float, longest: Int = 5) {
    precondition(granularity > 0, "a mean step above 0")
    (self.granularity, self.longest) = (granularity, longest)
  }

  /// What became of one outer product.
  public struct Lines: Sendable, Hashable {
    /// Slots in time, whether or not anything fires in them.
    public var slots: Int
    /// The pulses; nil where no cell gets one.
    public var pattern: PulseTrain.Pattern?
  }

  /// Bit lines for the increment `rate` times `d` times `x`.
  ///
  /// A product whose largest increment is above what ``longest`` slots can hold is clipped there, as in the
  /// field.
  ///
  /// - Parameters:
  ///   - d: one number a row.
  ///   - x: one number a column.
  public func lines(
    rate: Float, d: some Collection<Float>, x: some Collection<Float>,
    using random: inout RandomStream
  ) -> Lines {
    let (largestD, largestX) = (Self.largest(d), Self.largest(x))
    let most = rate * largestD * largestX / granularity
    guard most > 0, most.isFinite else { return Lines(slots: managesLength ? 0 : longest) }
    let room = min(longest, Self.slotsOfALine)
    let slots = managesLength ? min(room, max(1, Int(min(most, 1e6).rounded(.up)))) : room
    let scale = (rate / (granularity * Float(slots))).squareRoot()
    let balance = managesUpdate ? (largestD / largestX).squareRoot() : 1
    let (columnLines, anyColumn) = Self.fire(x, scale * balance, slots, &random)
    let (rowLines, anyRow) = Self.fire(d, scale / balance, slots, &random)
    guard anyColumn & anyRow != 0 else { return Lines(slots: slots) }
    return Lines(
      slots: slots,
      pattern: .outerProduct(rowLines: rowLines, columnLines: columnLines, slots: slots))
  }

  /// Signed counts whose means are the increments over ``granularity``: the whole part, and one more with the
  /// probability of the rest.
  public func counts(
    of increments: some Sequence<Float>, using random: inout RandomStream
  ) -> [Int16] {
    increments.map { increment in
      let pulses = abs(increment) / granularity
      guard !pulses.isNaN else { return 0 }
      let count = (Double(pulses) + random.uniform()).rounded(.down)
      return Int16(min(count, Double(Int16.max))) * (increment < 0 ? -1 : 1)
    }
  }

  private static func largest(_ values: some Collection<Float>) -> Float {
    values.reduce(0) { max($0, abs($1)) }
  }

  /// One line a number, and the slots in which any of them fires.
  ///
  /// A line that stays idle gets the sign of those that fire: a sign of its own would cost a phase, in which lines are
  /// selected and cells exposed for nothing.
  private static func fire(
    _ values: some Collection<Float>, _ scale: Float, _ slots: Int, _ random: inout RandomStream
  ) -> ([BitLine], UInt64) {
    var any: UInt64 = 0
    var isNegative = false
    var lines = values.map { value -> BitLine in
      guard value != 0 else { return idle }
      let probability = Double(abs(value) * scale)
      var word: UInt64 = 0
      for slot in 0..<slots where random.uniform() < probability {
        word |= 1 << UInt64(slot)
      }
      guard word != 0 else { return idle }
      any |= word
      isNegative = value < 0
      return BitLine(isNegative: isNegative, word: word)
    }
    if isNegative {
      for place in lines.indices where lines[place].words.isEmpty {
        lines[place].isNegative = true
      }
    }
    return (lines, any)
  }

  private static let slotsOfALine = UInt64.bitWidth
  private static let idle = BitLine(slots: EmptyCollection())
}

extension BitLine {
  /// A line of at most 64 slots.
  init(isNegative: Bool, word: UInt64) {
    self.init(isNegative: isNegative, slots: EmptyCollection())
    words = [word]
  }
}
