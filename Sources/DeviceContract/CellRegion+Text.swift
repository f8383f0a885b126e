extension CellRegion {
  /// Reads `FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN`, counted from 0 and last ones included, such as
  /// `0:15,0:31`; nil for a text of another form.
  public init?(text: String, tile: Tile = 0) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    }
    guard numbers.count == 2, numbers.allSatisfy({ $0.count == 2 }),
      let top = numbers[0][0], let bottom = numbers[0][1], let left = numbers[1][0],
      let right = numbers[1][1], top <= bottom, left <= right, max(bottom, right) < 1_000_000
    else { return nil }
    self.init(
      tile: tile, rows: Row(top)..<Row(bottom + 1), columns: Column(left)..<Column(right + 1))
  }
}
