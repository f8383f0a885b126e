import Foundation

/// Symmetric points that have moved by more than their spreads allow.
public struct DriftAlarm: Sendable, Hashable, Codable {
  /// What shows it.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// All cells together have moved to one side.
    case common
    /// Cells have moved to both sides, more of them or farther than chance moves them.
    case scatter
    /// One cell has moved far.
    case cell
  }

  /// The check at which it was told, counted from 1.
  public var check: Int
  /// What shows it most.
  public var kind: Kind
  /// The chance of anything as far from nothing at a check, over all cells and kinds.
  public var chance: Double
  /// The mean move of the cells, in weights.
  public var shift: Double
  /// The row of the cell that has moved most by its spread.
  public var row: Int
  /// The column of that cell.
  public var column: Int
  /// Cells that could be compared.
  public var cells: Int

  /// Compares two references, whose errors are taken to be independent; where they are not, alarms come more rarely.
  ///
  /// Three tests share the chance of a false alarm: the sum of the moves in units of their spreads, the sum of their
  /// squares (Wilson and Hilferty, PNAS 17:684 (1931)), and the largest of them.
  ///
  /// - Parameters:
  ///   - check: the number of the check.
  ///   - falseAlarms: the chance of an alarm where nothing has moved, over all cells.
  ///   - allowed: what a cell may move by without anyone minding, in weights.
  ///   - freedom: degrees of freedom of a Student's t that moves in units of their spreads come from; nil for a normal.
  ///     Few lets single cells move far by chance, as where cells do not quite respond as they are taken to.
  /// - Returns: nil where nothing is told.
  public init?(
    from old: KnownReference, to new: KnownReference, check: Int, _ falseAlarms: Double,
    allowed: Float, freedom: Double? = nil
  ) {
    var (sum, squares, shift, count) = (0.0, 0.0, 0.0, 0)
    var (most, worst) = (-1.0, 0)
    for cell in old.estimate.values.indices {
      let (before, after) = (Double(old.spread.values[cell]), Double(new.spread.values[cell]))
      let spread = (before * before + after * after).squareRoot()
      guard spread.isFinite else { continue }
      let move = Double(new.estimate.values[cell] - old.estimate.values[cell])
      let beyond = max(0, abs(move) - Double(allowed))
      let score = (move < 0 ? -1 : 1) * Self.normal(min(beyond / spread, 1e6), freedom)
      (sum, squares, shift, count) = (sum + score, squares + score * score, shift + move, count + 1)
      if abs(score) > most { (most, worst) = (abs(score), cell) }
    }
    guard count > 0 else { return nil }
    let number = Double(count)
    // The cube root of a mean of squares is nearly normal.
    let cube = (cbrt(squares / number) - (1 - 2 / (9 * number))) / (2 / (9 * number)).squareRoot()
    let chances: [(Kind, Double)] = [
      (.common, erfc(abs(sum) / (2 * number).squareRoot())),
      (.scatter, erfc(cube / 2.0.squareRoot()) / 2),
      (.cell, number * erfc(most / 2.0.squareRoot())),
    ]
    guard let (kind, chance) = chances.min(by: { $0.1 < $1.1 }), 3 * chance < falseAlarms else {
      return nil
    }
    (self.check, self.kind, self.chance) = (check, kind, min(1, 3 * chance))
    (self.shift, cells) = (shift / number, count)
    (row, column) = (worst / old.estimate.columns, worst % old.estimate.columns)
  }

  /// The normal score that is as rare as one of a Student's t.
  ///
  /// Wallace, Ann. Math. Stat. 30:1124 (1959).
  private static func normal(_ score: Double, _ freedom: Double?) -> Double {
    guard let freedom, score > 0 else { return score }
    return (8 * freedom + 1) / (8 * freedom + 3)
      * (freedom * log(1 + score * score / freedom)).squareRoot()
  }
}
