import Foundation
import PhysicalUnits

/// How far symmetric points wander, as somebody states it: one standard deviation after a while.
public struct StatedDrift: Sendable, Hashable {
  /// A standard deviation, and the time or the number of events after which it is reached.
  public struct Rate: Sendable, Hashable {
    /// One standard deviation over the cells.
    public var size: Tolerance
    /// Seconds, half-select exposures or pulses.
    public var span: Double

    /// States a rate.
    public init(size: Tolerance, span: Double) { (self.size, self.span) = (size, span) }

    /// Reads a drift with time, such as "0.5 % in 24 h"; nil for another text.
    public init?(time text: String) { self.init(text) { RefreshTerms.period($0)?.value } }

    /// Reads a drift by exposures or pulses, such as "1 % in 1e6"; nil for another text.
    public init?(count text: String) { self.init(text) { Double($0) } }

    private init?(_ text: String, _ span: (String) -> Double?) {
      let fields = text.components(separatedBy: " in ").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard fields.count == 2, let size = Tolerance(text: fields[0]), let span = span(fields[1]),
        span > 0, span.isFinite
      else { return nil }
      self.init(size: size, span: span)
    }

    /// The variance that one second, exposure or pulse adds.
    ///
    /// - Parameter range: the length of the window.
    public func variance(range: Double) -> Double {
      let size = size.weight(range: range)
      return size * size / span
    }
  }

  /// With time, by half-select exposures, and by pulses; nil for not at all.
  public var time: Rate?, exposures: Rate?, pulses: Rate?

  /// States nothing.
  public init() {}

  /// Whether nothing is stated.
  public var isEmpty: Bool { self == StatedDrift() }
}
