import Foundation
public import PhysicalUnits
public import SymmetricPoint

/// How long a campaign will still take, from how it has gone so far.
///
/// Two things are known: how many pulses were planned, and how many pulses it lately took to be done with a cell. The
/// plan counts at the beginning, when no cell is done; what was seen counts at the end, when the plan knows nothing of
/// the last slow cells. Seconds a pulse are a mean over the last while, so that a slow line shows and a
/// single slow read does not.
public struct TimeLeft: Sendable {
  /// Pulses of all cells that are expected.
  public let planned: Int
  private var first: (time: Double, pulses: Int)?
  private var last: (time: Double, pulses: Int, done: Int)?
  private var notes = 0
  private var cells = 0
  /// Seconds, pulses and cells done, of which the older count less.
  private var recent = SIMD3<Double>(repeating: 0)

  /// Nothing is said before so much time has passed, in seconds, and so many notes and this part of the pulses were
  /// seen: an estimate that jumps is worse than none.
  static let (leastTime, leastNotes, leastPart) = (2.0, 3, 0.02)
  /// What is older than this counts a third, in seconds.
  static let memory = 20.0
  /// Cells done lately that tell how many pulses one takes.
  static let fewestCells = 8.0

  /// Describes a campaign that begins.
  public init(planned: Int) { self.planned = max(1, planned) }

  /// Notes how far the campaign is.
  ///
  /// - Parameter time: when, in seconds from whenever.
  public mutating func note(_ progress: SearchProgress, at time: Double) {
    cells = progress.cells
    notes += 1
    if let last, time > last.time {
      let new = SIMD3(
        time - last.time, Double(max(0, progress.pulses - last.pulses)),
        Double(progress.done - last.done))
      recent = recent * exp(-new.x / Self.memory) + new
    }
    if first == nil { first = (time, progress.pulses) }
    last = (time, progress.pulses, progress.done)
  }

  /// Forgets how fast it went: what came from a ledger, or a pause lay between.
  public mutating func restart() { self = TimeLeft(planned: planned) }

  /// The time that is left; nil while too little is known to say.
  public var seconds: Seconds? {
    guard let first, let last, notes >= Self.leastNotes, last.time - first.time >= Self.leastTime,
      Double(last.pulses) >= Self.leastPart * Double(planned), recent.y > 0
    else { return nil }
    let left = cells - last.done
    guard left > 0 else { return .zero }
    let byPlan = Double(max(0, planned - last.pulses))
    // Cells that turn out not to be done after all are no rate.
    let byCells = recent.z >= Self.fewestCells ? Double(left) * recent.y / recent.z : nil
    let pulses: Double
    switch (byPlan > 0, byCells) {
    case (true, let byCells?):
      let share = Double(last.done) / Double(cells)
      pulses = (1 - share) * byPlan + share * byCells
    case (true, nil): pulses = byPlan
    case (false, let byCells?): pulses = byCells
    case (false, nil): return nil
    }
    return Seconds(pulses * recent.x / recent.y)
  }

  /// Such as "40 s", "3 min" or "2 h 10 min": no more digits than are known.
  public static func text(_ time: Seconds) -> String {
    let seconds = Int(max(0, time.value).rounded(.up))
    switch seconds {
    case ..<10: return "\(seconds) s"
    case ..<60: return "\((seconds + 4) / 5 * 5) s"
    case ..<3_570: return "\((seconds + 30) / 60) min"
    default:
      let tens = (seconds + 300) / 600
      return "\(tens / 6) h" + (tens % 6 > 0 ? " \(tens % 6 * 10) min" : "")
    }
  }
}
