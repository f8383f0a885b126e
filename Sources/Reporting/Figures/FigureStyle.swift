/// The colours and fonts of all figures.
///
/// Series colours follow the palette of Okabe and Ito ("Color Universal Design", 2008), darkened on
/// white and lightened on black where their contrast would be too low for a thin line.
enum FigureStyle {
  /// The number of different series colours.
  static let seriesCount = 8

  static let titleSize = 16.0
  static let axisTitleSize = 13.0
  static let labelSize = 12.0

  /// The style sheet; light by default, dark where the viewer asks for it.
  static let css: String = {
    let fonts =
      "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\",Arial,"
      + "\"DejaVu Sans\",sans-serif"
    let base = """
      text.tare-text,text.tare-title,text.tare-muted{font-family:\(fonts)}
      text.tare-title{font-weight:600}
      .tare-grid,.tare-axis,.tare-tick,.tare-marker,.tare-outline,.tare-hatch{fill:none}
      .tare-grid,.tare-axis,.tare-tick,.tare-outline{stroke-width:1}
      .tare-marker{stroke-width:1.3;stroke-dasharray:6 4}
      .tare-hatch{stroke-width:.8}
      .tare-band{fill-opacity:.2;stroke:none}
      .tare-area{fill-opacity:.25;stroke:none}
      .tare-interval{fill-opacity:.13;stroke:none}
      .tare-line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
      .tare-thin{fill:none;stroke-width:1.4}
      .tare-dashed{stroke-dasharray:7 4;stroke-linecap:butt}
      """
    return base + "\n" + colors(light) + "\n@media (prefers-color-scheme:dark){\n" + colors(dark)
      + "\n}"
  }()

  /// The colours of one theme.
  private struct Theme {
    var background: String
    var text: String
    var muted: String
    var grid: String
    var axis: String
    var marker: String
    var missing: String
    var hatch: String
    var series: [String]
  }

  private static let light = Theme(
    background: "#ffffff", text: "#1c2128", muted: "#59626e", grid: "#e4e7eb", axis: "#59626e",
    marker: "#3d444d", missing: "#a9afb7", hatch: "#5f6771",
    series: [
      "#0072b2", "#d55e00", "#009e73", "#aa4f93", "#c48300", "#4ba3dc", "#5b6068", "#7c4a21",
    ])

  private static let dark = Theme(
    background: "#14181d", text: "#e6e9ed", muted: "#a3abb5", grid: "#2b3139", axis: "#8b949f",
    marker: "#c3c9d0", missing: "#3a414a", hatch: "#77808b",
    series: [
      "#4fb0ee", "#ff8b4d", "#2ec79d", "#dd94cc", "#f0bb45", "#a8d5f7", "#b3bac3", "#cb9c70",
    ])

  private static func colors(_ theme: Theme) -> String {
    var rules = [
      ".tare-background{fill:\(theme.background)}",
      ".tare-text,.tare-title{fill:\(theme.text)}",
      ".tare-muted{fill:\(theme.muted)}",
      ".tare-grid{stroke:\(theme.grid)}",
      ".tare-axis,.tare-tick,.tare-outline{stroke:\(theme.axis)}",
      ".tare-marker{stroke:\(theme.marker)}",
      ".tare-interval{fill:\(theme.marker)}",
      ".tare-missing{fill:\(theme.missing)}",
      ".tare-hatch{stroke:\(theme.hatch)}",
    ]
    for (index, color) in theme.series.enumerated() {
      rules.append(".tare-stroke-\(index){stroke:\(color)}.tare-fill-\(index){fill:\(color)}")
    }
    return rules.joined(separator: "\n")
  }
}
