/// A word line.
public struct Row: ArrayIndex {
  /// Counts from 0.
  public let index: Int
  /// Makes the index.
  public init(_ index: Int) { self.index = index }
}
