import DeviceContract
import PhysicalUnits
import PulseLedger

// The tables of the report. Lists without an entry are left out; the record of the chain is not.
extension AuditReport {
  var sections: [ReportSection] {
    [checks, pulses, causes, days, shapes, hottest, exposed, uncertain, open, refusals]
      .filter { !$0.rows.isEmpty }
      + [notes("Gaps", audit.gaps), notes("Notes", audit.notes)].filter { !$0.rows.isEmpty }
      + [chainState, signatures, devices].filter { !$0.rows.isEmpty }
  }

  private var checks: ReportSection {
    var section = ReportSection(
      "Checks",
      [
        .init("holds", alignment: .left), .init("what must hold", alignment: .left),
        .init("figures", alignment: .left),
      ])
    section.rows = audit.checks.map { [$0.holds ? "yes" : "NO", $0.name, $0.detail] }
    return section
  }

  private var pulses: ReportSection {
    var section = ReportSection(
      "Pulses",
      [
        .init("pulses", alignment: .left), .init("up", alignment: .right),
        .init("down", alignment: .right), .init("all", alignment: .right),
      ])
    let total = audit.total
    section.rows = [
      row("commanded", total.commanded), row("fired", total.fired),
      ["not fired", "", "", count(notFired)], ["uncertain", "", "", count(total.uncertain)],
      ["adopted", "", "", count(audit.adopted)],
    ]
    section.remark =
      "\(count(total.trains)) trains, \(count(total.exposures)) half-select exposures, "
      + "\(energy(total)), \(time(total)) on the device"
    return section
  }

  private var causes: ReportSection { sums("By cause", "cause", audit.causes) }

  private var days: ReportSection { sums("By day (UTC)", "day", audit.days) }

  private func sums(_ title: String, _ head: String, _ lines: [LedgerAudit.Line]) -> ReportSection {
    var section = ReportSection(
      title,
      [.init(head, alignment: .left)]
        + [
          "trains", "commanded", "fired up", "fired down", "not fired", "uncertain", "exposures",
          "energy", "time",
        ].map { .init($0, alignment: .right) })
    section.rows = lines.map { line in
      let sums = line.sums
      return [
        line.name, count(sums.trains), count(sums.commanded.all), count(sums.fired.up),
        count(sums.fired.down), count(sums.commanded.all - sums.fired.all - sums.uncertain),
        count(sums.uncertain), count(sums.exposures), energy(sums), time(sums),
      ]
    }
    return section
  }

  private var shapes: ReportSection {
    var section = ReportSection(
      "By pulse shape",
      [
        .init("cause", alignment: .left), .init("amplitude", alignment: .right),
        .init("width", alignment: .right), .init("fired up", alignment: .right),
        .init("fired down", alignment: .right),
      ])
    section.rows = audit.shapes.map {
      [
        $0.cause.rawValue, "\($0.shape.amplitude)", "\($0.shape.width)", count($0.fired.up),
        count($0.fired.down),
      ]
    }
    return section
  }

  private var hottest: ReportSection {
    var section = ReportSection("Hottest cells", cellColumns(with: "pulses"))
    section.rows = audit.hottest.map { cell in
      cellRow(cell, count(cell.pulses))
        + (share(Double(cell.pulses)).map { [Self.percent($0)] } ?? [])
    }
    if let endurance, let share = share(medianPulses) {
      let median = medianPulses
      let pulses = median == median.rounded() ? count(Int(median)) : "\(median)"
      section.remark =
        "the median cell: \(pulses) pulses, \(Self.percent(share)) of the "
        + "\(endurance < 1e15 ? count(Int(endurance)) : "\(endurance)") pulses that a cell is "
        + "stated to survive"
    }
    return section
  }

  private var exposed: ReportSection {
    var section = ReportSection(
      "Most exposed cells",
      [
        .init("tile", alignment: .right), .init("row", alignment: .right),
        .init("column", alignment: .right), .init("half-select exposures", alignment: .right),
        .init("pulses", alignment: .right),
      ])
    section.rows = audit.mostExposed.map {
      ["\($0.tile)", "\($0.row)", "\($0.column)", count($0.exposures), count($0.pulses)]
    }
    return section
  }

  private func cellColumns(with last: String) -> [TextTable.Column] {
    let names =
      ["tile", "row", "column", "up", "down", "adopted", "uncertain", last]
      + (endurance == nil ? [] : ["of endurance"])
    return names.map { .init($0, alignment: .right) }
  }

  private func cellRow(_ cell: LedgerAudit.Cell, _ last: String) -> [String] {
    [
      "\(cell.tile)", "\(cell.row)", "\(cell.column)", count(cell.up), count(cell.down),
      count(cell.adopted), count(cell.uncertain), last,
    ]
  }

  private var uncertain: ReportSection {
    var section = ReportSection(
      "Uncertain trains",
      [
        .init("record", alignment: .right), .init("train", alignment: .right),
        .init("cells", alignment: .left), .init("fired", alignment: .right),
        .init("uncertain", alignment: .right), .init("why", alignment: .left),
      ])
    section.rows = audit.uncertain.map {
      [
        count($0.record), "\($0.number)", $0.region, count($0.fired), count($0.uncertain),
        $0.explanation,
      ]
    }
    return section
  }

  private var open: ReportSection {
    var section = ReportSection(
      "Trains without an outcome",
      [
        .init("train", alignment: .right), .init("cause", alignment: .left),
        .init("cells", alignment: .left), .init("commanded", alignment: .right),
      ])
    section.rows = audit.open.map {
      [
        "\($0.number)", $0.train.cause.rawValue, $0.train.region.description,
        count($0.train.totals.all),
      ]
    }
    return section
  }

  private var refusals: ReportSection {
    var section = ReportSection(
      "Refusals",
      [
        .init("record", alignment: .right), .init("time", alignment: .left),
        .init("cause", alignment: .left), .init("cells", alignment: .left),
        .init("asked", alignment: .right), .init("why", alignment: .left),
      ])
    section.rows = audit.refusals.map {
      [
        count($0.record), $0.time, $0.cause.rawValue, $0.region, count($0.asked.all),
        $0.explanation,
      ]
    }
    return section
  }

  private func notes(_ title: String, _ notes: [LedgerAudit.Note]) -> ReportSection {
    var section = ReportSection(
      title,
      [
        .init("record", alignment: .right), .init("time", alignment: .left),
        .init("what", alignment: .left),
      ])
    section.rows = notes.map { [count($0.record), $0.time, $0.text] }
    return section
  }

  private func row(_ name: String, _ totals: PulseTotals) -> [String] {
    [name, count(totals.up), count(totals.down), count(totals.all)]
  }

  func count(_ number: Int) -> String { NumberText.thousands(number) }

  private func energy(_ sums: PulseSums) -> String {
    EngineeringNotation.format(Double(sums.energy) / 1e15, unit: "J", digits: 4)
  }

  private func time(_ sums: PulseSums) -> String {
    EngineeringNotation.format(Double(sums.duration) / 1e9, unit: "s", digits: 4)
  }
}
