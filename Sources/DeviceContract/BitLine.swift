/// The slots of a pulse train in which one row or column line fires, and the sign that it carries.
///
/// In an outer-product train a cell is pulsed in each slot in which its row and its column line both fire:
/// up where the two signs are equal, down where they differ.
public struct BitLine: Sendable, Hashable, Codable {
  /// Whether the line carries a negative number.
  public var isNegative: Bool
  /// One bit a slot, the first slot in the lowest bit of the first word.
  public var words: [UInt64]

  /// A line that fires in the slots given.
  public init(isNegative: Bool = false, slots: some Sequence<Int>) {
    self.isNegative = isNegative
    words = []
    for slot in slots {
      precondition(slot >= 0, "a slot is counted from 0")
      while words.count <= slot / 64 { words.append(0) }
      words[slot / 64] |= 1 << UInt64(slot % 64)
    }
  }

  /// A line of bits, the first slot in the lowest bit of the first word; one without words is idle.
  ///
  /// No words behind the last slot in which it fires: equal lines have equal words.
  public init(isNegative: Bool, words: [UInt64]) {
    self.isNegative = isNegative
    self.words = words
    while self.words.last == 0 { self.words.removeLast() }
  }

  /// A line from random numbers: it fires in each slot with the probability |x|, and always for |x| >= 1.
  ///
  /// This is the stochastic pulse train of Gokmen and Vlasov, Front. Neurosci. 10:333 (2016): the number
  /// of coincidences of two independent lines estimates the product of their numbers.
  public init(
    stochastic x: Double, slots: Int, using random: inout some RandomNumberGenerator
  ) {
    self.init(
      isNegative: x < 0,
      slots: (0..<slots).filter { _ in Double.random(in: 0..<1, using: &random) < abs(x) })
  }

  /// Whether the line fires in a slot.
  public func fires(in slot: Int) -> Bool {
    slot / 64 < words.count && words[slot / 64] >> UInt64(slot % 64) & 1 == 1
  }

  /// In how many of the first `slots` slots the line fires.
  public func count(slots: Int) -> Int {
    var sum = 0
    for word in words.indices { sum += bits(ofWord: word, slots: slots).nonzeroBitCount }
    return sum
  }

  /// Every one of the first `slots` slots in which the line fires, in order.
  public func forEachFiring(slots: Int, _ body: (_ slot: Int) -> Void) {
    for word in words.indices {
      var left = bits(ofWord: word, slots: slots)
      while left != 0 {
        body(64 * word + left.trailingZeroBitCount)
        left &= left - 1
      }
    }
  }

  /// The bits of a word that are of the first `slots` slots.
  func bits(ofWord word: Int, slots: Int) -> UInt64 {
    word < words.count ? words[word] & Self.mask(word: word, slots: slots) : 0
  }

  /// In how many of the first `slots` slots this line and another both fire.
  public func coincidences(with other: BitLine, slots: Int) -> Int {
    var sum = 0
    for word in 0..<min(words.count, other.words.count) {
      sum += (words[word] & other.bits(ofWord: word, slots: slots)).nonzeroBitCount
    }
    return sum
  }

  /// The line without what it does from slot `slots` on.
  public func first(slots: Int) -> BitLine {
    var line = self
    for word in words.indices { line.words[word] &= Self.mask(word: word, slots: slots) }
    return line
  }

  /// What the line does from slot `slots` on, counted from there.
  public func without(first slots: Int) -> BitLine {
    var line = self
    let (whole, bits) = (slots / 64, UInt64(slots % 64))
    line.words = words.indices.dropFirst(whole).map { word in
      let next = word + 1 < words.count && bits > 0 ? words[word + 1] << (64 - bits) : 0
      return words[word] >> bits | next
    }
    return line
  }

  /// The slot after the last one in which the line fires.
  public var length: Int {
    guard let last = words.lastIndex(where: { $0 != 0 }) else { return 0 }
    return last * 64 + 64 - words[last].leadingZeroBitCount
  }

  private static func mask(word: Int, slots: Int) -> UInt64 {
    let left = slots - word * 64
    return left >= 64 ? .max : left <= 0 ? 0 : (1 << UInt64(left)) - 1
  }
}
