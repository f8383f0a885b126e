public import ReproducibleNoise

/// Signs of the columns of a fast array, which turn over so that what its cells do by themselves averages out.
///
/// Rasch et al., Nat. Commun. 15:7133 (2024), equation 11; flips are counted in visits of the column.
public struct Chopper: Sendable, Hashable, Codable {
  /// The probability of a flip at a visit; 0 for no chopping.
  public let probability: Double
  /// Whether flips come by chance, and not after a fixed number of visits.
  public let isRandom: Bool
  /// The sign of each column: 1 or -1.
  public private(set) var signs: [Float]
  /// Visits of each column since its last flip.
  public private(set) var visits: [Int]

  /// All signs are 1.
  public init(columns: Int, probability: Double, isRandom: Bool) {
    precondition((0...1).contains(probability), "a probability")
    (self.probability, self.isRandom) = (probability, isRandom)
    signs = Array(repeating: 1, count: columns)
    visits = Array(repeating: 0, count: columns)
  }

  /// Visits from one flip to the next: exact where flips are regular, else the mean.
  public var period: Int {
    // One that never comes is as good as none; more visits than this nobody makes.
    probability > 0
      ? max(Int(min((1 / probability).rounded(.up), 1e15)), isRandom ? 1 : 2) : .max
  }

  /// Counts a visit of a column and says whether its sign has turned over.
  public mutating func visit(_ column: Int, using random: inout RandomStream) -> Bool {
    guard probability > 0 else { return false }
    visits[column] += 1
    guard isRandom ? random.uniform() < probability : visits[column] >= period else { return false }
    visits[column] = 0
    signs[column] = -signs[column]
    return true
  }
}
