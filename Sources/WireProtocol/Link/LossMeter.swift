/// How many bytes pass between two losses, and what follows from it: how long frames should be, and how many of
/// them may be on their way.
///
/// A frame is lost with any of its bytes, and everything behind it is sent again. With L bytes between two faults
/// a frame of s bytes arrives with a chance of exp(-s / L): frames of a third to a half of L bring the most bytes to
/// the other side between two losses, and of more than twice L on its way most is in vain.
struct LossMeter: Sendable {
  /// Where nothing is known: frames grow from a third of this with what passes.
  private static let first = 2048.0
  /// Beyond this losses do not count.
  private static let clean = 65536.0
  /// A frame is mostly head below this.
  private static let leastFrame = 64

  /// Bytes on the wire from one loss to the next, smoothed.
  private var between = Self.first
  private var sinceLoss = 0.0

  /// Whether so much is lost that the other side should be asked what has arrived rather than waited for.
  private(set) var isBad = false

  /// The best length of a frame in bytes on the wire.
  var frameBytes: Int { max(Self.leastFrame, Int(between / 3)) }

  /// The most bytes that should be on their way, or nil for all that the other side takes.
  var mostInFlight: Int? { between < Self.clean ? max(4 * Self.leastFrame, Int(2 * between)) : nil }

  /// Bytes have arrived.
  mutating func pass(_ bytes: Int) {
    sinceLoss += Double(bytes)
    guard sinceLoss > between else { return }
    between = min(Self.clean, sinceLoss)
    if between == Self.clean { isBad = false }
  }

  /// Something was lost.
  mutating func lose() {
    between += (sinceLoss - between) / 4
    (sinceLoss, isBad) = (0, true)
  }
}
