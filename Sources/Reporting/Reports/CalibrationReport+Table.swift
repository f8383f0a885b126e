import Calibration
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import SymmetricPoint

extension CalibrationReport {
  /// The table for the terminal.
  public var table: String {
    var points = TextTable(columns: [
      .init("symmetric point (weight)", alignment: .left), .init("mean", alignment: .right),
      .init("standard deviation", alignment: .right), .init("rms error", alignment: .right),
    ])
    let (mean, deviation) = ErrorSummary.moments(estimates.map(Double.init))
    if let errors {
      points.append(["true", fixed(errors.trueMean), fixed(errors.trueDeviation), ""])
      points.append(
        [
          "estimated", fixed(errors.estimatedMean), fixed(errors.estimatedDeviation),
          fixed(errors.rmsError),
        ])
    } else {
      points.append(["estimated", fixed(mean), fixed(deviation), "unknown"])
    }
    var lines = [points.text]
    var spent = TextTable(columns: [
      .init("spent", alignment: .left), .init("in total", alignment: .right),
      .init("per cell", alignment: .right),
    ])
    let cells = Double(result.region.count)
    let totals = account.totals
    for (name, count) in [
      ("pulses up", totals.up), ("pulses down", totals.down), ("pulses", totals.all),
      ("reads", account.reads), ("half-select exposures", account.exposures),
    ] {
      spent.append([name, grouped(count), perCell(Double(count) / cells)])
    }
    if account.uncertain > 0 { spent.append(["uncertain pulses", grouped(account.uncertain), ""]) }
    spent.append(["time on the device", "\(rounded(account.time))", ""])
    spent.append(
      ["energy", "\(rounded(account.energy))", "\(rounded(account.energy / cells))"])
    lines.append(spent.text)
    lines.append(verdicts)
    return lines.joined(separator: "\n")
  }

  private var verdicts: String {
    let always: [(SymmetricPointEstimate.Verdict, String)] = [
      (.converged, "converged"), (.budget, "did not converge"), (.stuck, "stuck"),
    ]
    let seldom: [(SymmetricPointEstimate.Verdict, String)] = [
      (.priorOnly, "known by the array alone"), (.outside, "beyond the window"),
      (.edge, "at a bound"), (.model, "of another response"),
    ]
    let names = always + seldom.filter { result.count(of: $0.0) > 0 }
    let counts = names.map { "\(grouped(result.count(of: $0.0))) \($0.1)" }
    var text = "cells: " + counts.joined(separator: ", ")
    if let plan = result.search?.plan, plan.verdict == .measures {
      text +=
        "\n\(plan.method.rawValue) to \(plan.share(plan.tolerance)) of the window: \(plan.expected.pulsesPerCell) "
      text += "pulses a cell were expected, \(perCell(result.meanPulses)) were fired"
    }
    for line in campaignLines { text += "\n" + line }
    text += "\n95 % intervals: median half width \(fixed(medianHalfWidth))"
    if let coverage {
      text += "; \(String(format: "%.1f", 100 * coverage)) % of them hold the true point"
    }
    return text + "\n"
  }

  private func fixed(_ value: Double) -> String { String(format: "%.5f", value) }

  private func perCell(_ value: Double) -> String {
    value == value.rounded() ? grouped(Int(value)) : String(format: "%.2f", value)
  }

  /// Thousands apart, whatever the locale.
  private func grouped(_ count: Int) -> String {
    var text = ""
    for (place, digit) in String(count).reversed().enumerated() {
      if place > 0 && place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// Four digits are enough for what was simulated or measured to a few per cent.
  private func rounded<Quantity: PhysicalQuantity>(_ quantity: Quantity) -> String {
    EngineeringNotation.format(quantity.value, unit: Quantity.unitSymbol, digits: 4)
  }
}
