/// A bit line.
public struct Column: ArrayIndex {
  /// Counts from 0.
  public let index: Int
  /// Makes the index.
  public init(_ index: Int) { self.index = index }
}
