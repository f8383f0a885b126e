import CrossbarKernels
public import DeviceContract
import PhysicalUnits

extension Crossbar {
  /// Multiplies a region with a vector; see ``MatrixVectorMultiplying``.
  ///
  /// The weights are those that a read sees, with the noise that the last pulses left and without that of a converter.
  /// Sums go line by line in the order of the cells, so that a board that is asked for one line after the other gives
  /// the same bits.
  public func multiply(
    _ region: CellRegion, by inputs: [Float], transposed: Bool
  ) throws(DeviceError) -> [Float] {
    let scaled = try capabilities.checkProduct(region, by: inputs, transposed: transposed)
    var sums: [Float] = []
    sums.reserveCapacity(transposed ? region.columns.count : region.rows.count)
    if transposed {
      for column in region.columns {
        var line = region
        line.columns = column..<column.advanced(by: 1)
        sums.append(ProductUnit.weight(try product(ofLine: line, by: scaled)))
      }
    } else {
      for row in region.rows {
        var line = region
        line.rows = row..<row.advanced(by: 1)
        sums.append(ProductUnit.weight(try product(ofLine: line, by: scaled)))
      }
    }
    return sums
  }

  /// The sum of weight times input over the cells of a row or a column, in ``ProductUnit/sum``.
  ///
  /// It takes as long as one read of the line.
  ///
  /// - Precondition: there are as many inputs, in ``ProductUnit/input``, as the line has cells.
  public func product(
    ofLine region: CellRegion, by inputs: [Int16]
  ) throws(DeviceError) -> Int64 {
    try capabilities.check(region)
    precondition(inputs.count == region.count, "one input a cell")
    if Task.isCancelled {
      throw DeviceError(
        code: .interrupted, explanation: "the product was cancelled; nothing was read")
    }
    let tile = tiles[region.tile.index]
    if memory.isDurable { memory.begin([memory.block(memory.books)] + movingBlocks(of: tile)) }
    relax(tile)
    let weights = visible(region, kernelCells(tile))
    memory.books.pointee.clock += capabilities.converter.duration(of: region, averages: 1).value
    relax(tile)
    memory.commit()
    var sum = 0.0
    for (weight, input) in zip(weights, inputs) {
      // Exact: 24 bits times 15.
      sum += Double(weight) * Double(input)
    }
    return Int64((sum / Double(ProductUnit.input) * ProductUnit.sum).rounded())
  }
}
