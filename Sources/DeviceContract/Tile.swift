/// One crossbar of a device that holds several.
public struct Tile: ArrayIndex {
  /// Counts from 0.
  public let index: Int
  /// Makes the index.
  public init(_ index: Int) { self.index = index }
}
