import DeviceContract
import Foundation
import PulseLedger

extension AuditReport {
  /// The report as one page of HTML that needs nothing else: tables, and a map of pulses and one of
  /// half-select exposures for each tile.
  ///
  /// Tables are cut at a thousand rows and say so; the JSON has them all.
  public var html: String {
    let sections = sections
    var page = HTMLBuilder()
    page.element("header") { page in
      page.element("h1", text: "Audit of \(subject)")
      page.element(
        "p", ["class": "muted"],
        text: "Records from \(audit.first.text) to \(audit.last.text). All times are UTC.")
      page.element(
        "p", ["class": "verdict " + (audit.balances ? "good" : "bad"), "role": "status"],
        text: audit.balances ? "The ledger balances" : "The ledger DOES NOT BALANCE")
      page.figures(figures)
    }
    page.element("main") { page in
      for section in sections {
        page.section(section)
        if section.title == "By pulse shape" { maps(on: &page) }
      }
      if !sections.contains(where: { $0.title == "By pulse shape" }) { maps(on: &page) }
    }
    page.element(
      "footer",
      text:
        "Ledger \(audit.genesis.id.uuidString.lowercased()), written by \(audit.genesis.program).")
    return page.page(title: "Audit of \(subject): \(verdict)", css: PageStyle.css)
  }

  /// The numbers that everyone looks for first.
  private var figures: [(name: String, value: String)] {
    var figures = [
      ("commanded", count(audit.total.commanded.all)), ("fired", count(audit.total.fired.all)),
      ("not fired", count(notFired)), ("uncertain", count(audit.total.uncertain)),
    ]
    if audit.adopted > 0 { figures.append(("adopted", count(audit.adopted))) }
    if let hottest = audit.hottest.first {
      let share = share(Double(hottest.pulses)).map { " (\(Self.percent($0)))" } ?? ""
      figures.append(("hottest cell", count(hottest.pulses) + share))
    }
    return figures
  }

  private func maps(on page: inout HTMLBuilder) {
    let (rows, columns) = (audit.genesis.rows, audit.genesis.columns)
    page.element("section") { page in
      page.element("h2", text: "Maps")
      page.element("div", ["class": "maps"]) { page in
        for (tile, counts) in audit.tiles.enumerated() {
          let name = audit.tiles.count == 1 ? "" : ", tile \(tile)"
          for (title, label, values) in [
            ("Pulses\(name)", "Pulses", counts.pulses),
            ("Half-select exposures\(name)", "Half-select exposures", counts.exposures),
          ] where values.contains(where: { $0 > 0 }) {
            let map = HeatMap(
              title: title, rows: rows, columns: columns, values: values.map(Double.init),
              label: label)
            page.add(markup: map.svg())
          }
        }
      }
      let isDrawn = audit.tiles.contains { tile in
        tile.pulses.contains { $0 > 0 } || tile.exposures.contains { $0 > 0 }
      }
      page.element(
        "p", ["class": "muted"],
        text: isDrawn
          ? "Pulses count all wear: fired, adopted and uncertain ones. A map that would be 0 "
            + "throughout is left out."
          : "No cell has seen a pulse or a half-select exposure.")
    }
  }
}

extension HTMLBuilder {
  fileprivate mutating func figures(_ figures: [(name: String, value: String)]) {
    element("dl", ["class": "figures"]) { list in
      for figure in figures {
        list.element("div") { entry in
          entry.element("dt", text: figure.name)
          entry.element("dd", text: figure.value)
        }
      }
    }
  }

  /// A table under its heading; the heading names it for those who do not see it.
  fileprivate mutating func section(_ section: ReportSection, most: Int = 1000) {
    element("section") { page in
      page.element("h2", text: section.title)
      page.element("div", ["class": "scroll"]) { frame in
        frame.element("table") { table in
          table.element("caption", text: section.title)
          table.element("thead") { head in
            head.element("tr") { row in
              for column in section.columns {
                row.element(
                  "th", ["scope": "col", "class": Self.style(column)], text: column.heading)
              }
            }
          }
          table.element("tbody") { body in
            for texts in section.rows.prefix(most) { body.row(texts, section.columns) }
          }
        }
      }
      if let more = section.more(after: most) { page.element("p", text: more) }
      if let remark = section.remark { page.element("p", ["class": "muted"], text: remark) }
    }
  }

  private mutating func row(_ texts: [String], _ columns: [TextTable.Column]) {
    let fails = texts.contains { ["NO", "WRONG", "PROBLEM"].contains($0) }
    element("tr", fails ? ["class": "fails"] : [:]) { row in
      for (place, text) in texts.enumerated() {
        let style = Self.style(columns[place])
        if place == 0 {
          row.element("th", ["scope": "row", "class": style], text: text)
        } else {
          row.element("td", ["class": style], text: text)
        }
      }
    }
  }

  private static func style(_ column: TextTable.Column) -> String {
    column.alignment == .right ? "number" : "words"
  }
}
