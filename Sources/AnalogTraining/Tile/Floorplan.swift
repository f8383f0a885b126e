public import DeviceContract

/// Where the layers of a network lie on the arrays of a device: array n of every layer on tile n, at the same place on
/// each.
public struct Floorplan: Sendable, Hashable, Codable {
  /// Rows of the tile, one range a layer.
  public let rows: [Range<Int>]
  /// Columns of the tile, one range a layer.
  public let columns: [Range<Int>]
  /// Tiles that are used.
  public let arrays: Int

  /// Lays layers out in shelves: side by side while they fit, the next shelf below the tallest of the last.
  ///
  /// - Throws: ``TrainingError/Code/doesNotFit`` with what is needed and what there is.
  public init(
    _ shapes: [WeightShape], arrays: Int, on capabilities: Capabilities
  ) throws(TrainingError) {
    let identity = "\(capabilities.identity.model) \(capabilities.identity.serialNumber)"
    guard arrays <= capabilities.tiles else {
      throw TrainingError(
        .doesNotFit,
        "the rule needs \(arrays) arrays a layer, each on a tile of its own, and \(identity) has "
          + "\(capabilities.tiles); nothing was fired; take a device with \(arrays) tiles")
    }
    var (rows, columns) = ([Range<Int>](), [Range<Int>]())
    var (top, left, height) = (0, 0, 0)
    for (layer, shape) in shapes.enumerated() {
      if left + shape.columns > capabilities.columns { (top, left, height) = (top + height, 0, 0) }
      guard
        shape.columns <= capabilities.columns, top + shape.rows <= capabilities.rows
      else {
        throw TrainingError(
          .doesNotFit,
          "layer \(layer + 1) of the network has \(shape.rows) outputs and \(shape.columns) inputs, and the "
            + "tiles of \(identity) have \(capabilities.rows) rows and \(capabilities.columns) columns"
            + (top > 0 ? ", of which \(top) rows are taken by the layers before" : "")
            + "; nothing was fired; take a device whose tiles have \(Self.rowsNeeded(shapes)) rows and "
            + "\(shapes.map(\.columns).max() ?? 0) columns, or a smaller network")
      }
      rows.append(top..<top + shape.rows)
      columns.append(left..<left + shape.columns)
      left += shape.columns
      height = max(height, shape.rows)
    }
    (self.rows, self.columns, self.arrays) = (rows, columns, arrays)
  }

  /// Rows of a tile that surely holds the layers, one below the other.
  public static func rowsNeeded(_ shapes: [WeightShape]) -> Int {
    shapes.reduce(0) { $0 + $1.rows }
  }

  /// The cells of a part of a layer.
  public func region(
    layer: Int, array: Int, rows part: Range<Int>, columns: Range<Int>
  ) -> CellRegion {
    let (top, left) = (rows[layer].lowerBound, self.columns[layer].lowerBound)
    return CellRegion(
      tile: Tile(array), rows: Row(top + part.lowerBound)..<Row(top + part.upperBound),
      columns: Column(left + columns.lowerBound)..<Column(left + columns.upperBound))
  }

  /// The cells of a whole layer.
  public func region(layer: Int, array: Int) -> CellRegion {
    region(
      layer: layer, array: array, rows: 0..<rows[layer].count, columns: 0..<columns[layer].count)
  }
}
