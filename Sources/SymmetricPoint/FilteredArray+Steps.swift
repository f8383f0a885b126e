extension FilteredArray {
  /// The mean step of a pulse at the symmetric point of each cell, as a weight: its granularity there.
  ///
  /// Up and down pulses move a cell by as much there; what the lines of a cell say of both is averaged.
  var stepsAtSymmetricPoint: [Float] {
    cells.indices.map { cell in
      guard !isStuck[cell] else { return 0 }
      let point = symmetricPoint(of: cell).value
      let lines = cells[cell].lines
      return Float(max(0, (lines.up(at: point) + lines.down(at: point)) / 2))
    }
  }
}
