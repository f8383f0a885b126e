import ArgumentParser
import Foundation
import Reporting
import ResponseModels

/// `tare presets`: the devices of the literature.
struct PresetsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Lists the devices of the literature, or prints one.",
    discussion: """
      With a name it prints the device file of that preset, a starting point for your own:
        tare presets reram-es > my-device.json
        tare calibrate --device sim:my-device.json
      """)

  @Argument(help: "The preset to print as a device file.")
  var name: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      if let name {
        let data = try DeviceDescription(try Preset.named(name)).json()
        try output.write(String(decoding: data, as: UTF8.self) + "\n")
      } else if output.json {
        try output.printJSON(Preset.all.map(Row.init))
      } else {
        try output.write(table.text)
      }
    }
  }

  private var table: TextTable {
    var table = TextTable(columns: [
      .init("preset", alignment: .left), .init("response", alignment: .left),
      .init("dw_min", alignment: .right), .init("states", alignment: .right),
      .init("noise", alignment: .right), .init("SP", alignment: .right),
      .init("what", alignment: .left),
    ])
    for row in Preset.all.map(Row.init) {
      table.append([
        row.name, row.model, String(format: "%g", row.dwMin), String(format: "%.0f", row.states),
        String(format: "%g", row.dwMinStd),
        row.symmetricPoint.map { String(format: "%.3f", $0) } ?? "none", row.summary,
      ])
    }
    return table
  }

  private struct Row: Encodable {
    let name, model, summary, source: String
    let dwMin, granularity, states, dwMinStd: Double
    /// Of the cell without spread.
    let symmetricPoint: Double?

    init(_ preset: Preset) {
      name = preset.name
      model = preset.model.kind.rawValue
      summary = preset.summary
      source = preset.source
      dwMin = preset.model.dwMin
      granularity = preset.model.granularity
      states = preset.model.states
      dwMinStd = preset.model.dwMinStd
      // Rounding noise around 0 says nothing.
      symmetricPoint = preset.model.symmetricPoint(of: preset.model.meanCell)
        .map { ($0 * 1e9).rounded() / 1e9 + 0 }
    }
  }
}
