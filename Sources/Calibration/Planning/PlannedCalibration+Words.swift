import Foundation
import PulseLedger

extension PlannedCalibration {
  /// Why the tolerance cannot be had, and what can be; nil for a plan that can be carried out.
  public var refusal: String? {
    guard verdict == .refused else { return nil }
    let most = allowed ?? CalibrationPlanner.mostPulsesUnasked
    let source =
      allowed == nil
      ? "without a budget no cell gets more than \(most)"
      : "the limits allow \(most)\(tightest.map { " (\($0))" } ?? "")"
    var text =
      "\(share(tolerance)) for each cell is refused: by \(method.rawValue) "
    if expected.pulsesPerCell > most {
      text += "it takes some \(expected.pulsesPerCell) pulses a cell, and \(source)"
    } else {
      text +=
        "it is not to be had with any number of pulses, since a step or the noise of the state is larger"
    }
    if let offer {
      text += "; that buys \(Tolerance.percent(offer)): --tolerance \(Self.flag(offer))%"
    } else {
      text += "; that buys nothing"
    }
    if array.spread <= tolerance && method != .arrayMean {
      text +=
        ". The symmetric points are expected to differ by \(share(array.spread)) alone: --method array-mean "
        + "measures a few cells and takes their mean for the others"
    }
    return text + ". Nothing was fired"
  }

  /// The tolerance that the limits allow, as a part of the window, rounded up so that asking for it is granted.
  public var offer: Double? {
    guard let reachable else { return nil }
    let percent = 100 * reachable / range
    let scale = pow(10, floor(log10(percent)) - 1)
    return (percent / scale * 1.001).rounded(.up) * scale / 100
  }

  /// The limit that leaves the least.
  private var tightest: String? {
    limits.filter { !$0.fits }.first.map { "\($0.limit), set by \($0.setBy)" }
  }

  /// A weight as a part of the window.
  public func share(_ weight: Double) -> String { Tolerance.percent(weight / range) }

  private static func flag(_ part: Double) -> String { String(format: "%.3g", 100 * part) }

  /// The same with what is to be known besides.
  func explained(after passed: [PlannedCalibration]) -> PlannedCalibration {
    var plan = self
    for other in passed {
      plan.remarks.append(
        "\(other.method.rawValue) was passed over: some \(other.expected.pulsesPerCell) pulses a cell are "
          + "beyond the limits")
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
}
