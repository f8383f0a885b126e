import Foundation
import PulseLedger

extension PlannedCalibration {
  /// Why the tolerance cannot be had, and what can be; nil for a plan that can be carried out.
  public var refusal: String? {
    guard verdict == .refused else { return nil }
    var text = "\(share(tolerance)) for each cell is refused: by \(method.rawValue) "
    if let envelope = limits.first(where: { !$0.fits && ($0.spent == nil || reachable == nil) }) {
      text += "the limit of the \(envelope.limit) is \(envelope.text(envelope.allowed)), set by "
      text += "\(envelope.setBy), and \(envelope.asked.map(envelope.text) ?? "nothing") was asked"
    } else if isPossible {
      text +=
        "it takes some \(expected.pulsesPerCell) pulses a cell and more of noisy ones, and \(source)"
    } else {
      text +=
        "it is not to be had with any number of pulses, since a step or the noise of the state is larger"
    }
    text += offered
    if array.spread <= tolerance && method != .arrayMean {
      text +=
        ". The symmetric points are expected to differ by \(share(array.spread)) alone: --method array-mean "
        + "measures a few cells and takes their mean for the others"
    }
    return text + ". Nothing was fired"
  }

  /// Whether any number of pulses is enough.
  private var isPossible: Bool { alternatives.first { $0.method == method }?.expected != nil }

  /// What the limits leave, and who set them.
  private var source: String {
    guard let allowed else {
      return "without a budget no cell gets more than \(CalibrationPlanner.mostPulsesUnasked)"
    }
    let limits = limits.filter { $0.spent != nil }
    let tightest = limits.max { $0.part < $1.part }.map { " (\($0.limit), set by \($0.setBy))" }
    return
      "the limits allow \(allowed)\(tightest ?? "") where a quarter more than that is kept for bad luck"
  }

  /// The tolerance to ask for instead.
  var offered: String {
    guard let offer else { return "; that buys nothing" }
    return "; that buys \(Tolerance.percent(offer)): --tolerance \(Self.flag(offer))%"
  }

  /// The tolerance that the limits allow, as a part of the window, rounded up so that asking for it is granted.
  public var offer: Double? { reachable.map { Self.offer($0, range: range) } }

  static func offer(_ reachable: Double, range: Double) -> Double {
    let percent = 100 * reachable / range
    let scale = pow(10, floor(log10(percent)) - 1)
    return (percent / scale * 1.001).rounded(.up) * scale / 100
  }

  /// A weight as a part of the window.
  public func share(_ weight: Double) -> String { Tolerance.percent(weight / range) }

  private static func flag(_ part: Double) -> String { String(format: "%.3g", 100 * part) }

  /// The same with what is to be known besides.
  ///
  /// - Parameters:
  ///   - plans: those of all methods that were looked at.
  ///   - preference: what the least was counted in.
  func explained(
    among plans: [PlannedCalibration], by preference: CalibrationPreference
  ) -> PlannedCalibration {
    var plan = self
    plan.alternatives = plans.map {
      CalibrationAlternative(method: $0.method, verdict: $0.verdict, expected: $0.expectedIfAny)
    }
    if plans.count > 1, verdict != .refused {
      plan.reason +=
        preference == .time
        ? ", and of the methods that are possible it takes the least time"
        : ", and of the methods that are possible it takes the fewest pulses"
    }
    if array.step > tolerance {
      plan.remarks.append(
        "one pulse moves a cell by \(share(array.step)) of the window, more than the tolerance of "
          + "\(share(tolerance)): the array mean is all that can be known, and it leaves each cell an error of "
          + share(array.spread))
    } else if array.spread <= tolerance && method != .arrayMean {
      plan.remarks.append(
        "the symmetric points are expected to differ by \(share(array.spread)) of the window alone, less than the "
          + "tolerance: --method array-mean measures a few cells and takes their mean for the others"
      )
    } else if method == .arrayMean {
      plan.remarks.append(
        "the array mean is expected to leave each cell an error of \(share(array.spread)) of the window"
      )
    }
    if let audit {
      plan.remarks.append(
        "\(audit.cells) cells that are called converged are asked whether they are: some \(audit.expectedPulses) "
          + "pulses each, and noise lets \(Tolerance.percent(audit.falseAlarms)) of right ones fail"
      )
    }
    if allowed == nil && verdict != .priorOnly {
      plan.remarks.append(
        "no budget was given: a cell gets \(CalibrationPlanner.mostPulsesUnasked) pulses at most; --budget allows more"
      )
    }
    if array.share < 0.995 {
      plan.remarks.append(
        "\(Tolerance.percent(1 - array.share)) of the cells are expected to have no symmetric point"
      )
    }
    return plan
  }

  /// What it costs; nil where no number of pulses is enough.
  private var expectedIfAny: CalibrationCost? { isWithinReach ? expected : nil }
}

extension LimitVerdict {
  /// The part of what is left that is asked.
  fileprivate var part: Double { (asked ?? 0) / max(left, 1e-300) }
}
