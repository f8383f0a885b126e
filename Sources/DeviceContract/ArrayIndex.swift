/// An index that cannot be mistaken for another kind of index.
public protocol ArrayIndex: Sendable, Hashable, Codable, Strideable, ExpressibleByIntegerLiteral,
  CustomStringConvertible
where Stride == Int {
  /// Counts from 0.
  var index: Int { get }
  /// Makes the index.
  init(_ index: Int)
}

extension ArrayIndex {
  /// Makes the index from a literal.
  public init(integerLiteral value: Int) { self.init(value) }
  /// The steps from this index to another.
  public func distance(to other: Self) -> Int { other.index - index }
  /// The index some steps on.
  public func advanced(by steps: Int) -> Self { Self(index + steps) }
  /// The plain number.
  public var description: String { "\(index)" }
  /// Decodes the plain number.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Int.self))
  }
  /// Encodes the plain number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(index)
  }
}
