/// What is known of the symmetric point of a cell that others have pulsed.
public struct PassiveEstimate: Sendable, Hashable, Codable {
  /// Whether its pulses say where the symmetric point is.
  public enum Says: String, Sendable, Hashable, Codable, CaseIterable {
    /// They do.
    case point
    /// It was not pulsed between two reads.
    case notPulsed = "not-pulsed"
    /// It was pulsed in one direction only, which tells one of the two lines.
    case oneDirection = "one-direction"
    /// They say less of it than the other cells do.
    case tooLittle = "too-little"
    /// A pulse takes it nearly from bound to bound, so that its moves tell the bounds and not the lines between them.
    case coarse
    /// What was read is not what two straight lines and the noise explain.
    case misfit
  }

  /// The crossing of its two lines, as a weight; of use only where the pulses say it.
  public var value: Double
  /// Its standard deviation.
  public var deviation: Double
  /// Pulses of each polarity between reads.
  public var up: Int, down: Int
  /// Reads after pulses.
  public var reads: Int
  /// Whether the pulses say where it is.
  public var says: Says

  /// Whether there is a number.
  public var hasPoint: Bool { says == .point }
}

extension PassiveEstimate {
  /// From this part of the way to its bound on that a pulse takes, a cell does not tell its lines.
  static let coarse = 0.85
}

extension PassiveEstimate.Says {
  /// Above so much of what is believed of any cell, its own pulses say less than the others do.
  private static let part = 0.8

  init(_ cell: PassiveCell, _ deviation: Double, prior: Double?) {
    self =
      if cell.reads == 0 {
        .notPulsed
      } else if cell.up == 0 || cell.down == 0 {
        .oneDirection
      } else if cell.jumps * 10 > cell.reads + 20 {
        .misfit
      } else if max(cell.state.lines.values[1], cell.state.lines.values[3])
        > PassiveEstimate.coarse
      {
        .coarse
      } else if cell.reads < 4 || !deviation.isFinite || deviation > Self.part * (prior ?? 0) {
        .tooLittle
      } else {
        .point
      }
  }
}
