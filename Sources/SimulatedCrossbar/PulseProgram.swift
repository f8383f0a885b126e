public import DeviceContract
import PhysicalUnits

/// What is done to an array step by step, as text: `up:200,down:200,alternate:200`.
///
/// `up:N`, `down:N` and `alternate:N` are N pulses of every cell (alternating ones start with up);
/// `decay:N` and `diffuse:N` are N calls of those processes, `drift:TIME` (such as `drift:10 s`) lets
/// time pass, and `reset` resets every cell.
public struct PulseProgram: Sendable, Hashable {
  /// One part of a program.
  public enum Step: Sendable, Hashable {
    /// Pulses of one polarity.
    case pulses(Polarity, count: Int)
    /// Pulses in turn, up first.
    case alternating(count: Int)
    /// An event without pulses, a number of times.
    case event(Crossbar.Event, count: Int)
  }

  /// The steps, in order.
  public let steps: [Step]

  /// Reads a program.
  ///
  /// - Throws: ``DeviceError/Code/refused`` with the part that cannot be read.
  public init(parsing text: String) throws(DeviceError) {
    var steps: [Step] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: ":", maxSplits: 1).map {
        $0.trimmingPrefix(while: \.isWhitespace)
      }
      let name = fields.first.map(String.init) ?? ""
      if name == "drift", fields.count == 2 {
        let time: Seconds
        do {
          time = try Seconds(parsing: String(fields[1]))
        } catch {
          throw .refused("program: \"\(part)\": \(error.explanation)")
        }
        guard time >= .zero else { throw .refused("program: \"\(part)\" goes back in time") }
        steps.append(.event(.drift(seconds: time.value), count: 1))
        continue
      }
      if name == "reset", fields.count == 1 {
        steps.append(.event(.reset, count: 1))
        continue
      }
      guard fields.count == 2, let count = Int(fields[1]), count >= 0, count <= 100_000_000 else {
        throw .refused(
          "program: \"\(part)\" is no step; write up:N, down:N, alternate:N, decay:N, diffuse:N, "
            + "drift:TIME or reset, with N from 0 to 100000000")
      }
      switch name {
      case "up": steps.append(.pulses(.up, count: count))
      case "down": steps.append(.pulses(.down, count: count))
      case "alternate": steps.append(.alternating(count: count))
      case "decay": steps.append(.event(.decay(strength: 1), count: count))
      case "diffuse": steps.append(.event(.diffuse, count: count))
      default:
        throw .refused(
          "program: there is no step \"\(name)\"; there are up, down, alternate, decay, diffuse, "
            + "drift and reset")
      }
    }
    self.steps = steps
  }
}
