/// Collects SVG elements as text; the only place that writes markup.
struct SVGBuilder {
  /// How a text sits on its anchor point.
  enum Anchor: String { case start, middle, end }

  private var body = ""

  /// Opens a group, or another container.
  mutating func open(_ element: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    body += "<\(element)\(Self.markup(attributes))>\n"
  }

  /// Closes what ``open(_:_:)`` opened.
  mutating func close(_ element: String) {
    body += "</\(element)>\n"
  }

  /// Draws an element without content.
  mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    body += "<\(name)\(Self.markup(attributes))/>\n"
  }

  /// Draws a rectangle.
  mutating func rectangle(_ area: Rectangle, style: String) {
    element(
      "rect",
      [
        "class": style, "x": Self.number(area.left), "y": Self.number(area.top),
        "width": Self.number(area.width), "height": Self.number(area.height),
      ])
  }

  /// Draws a straight line.
  mutating func line(_ from: Point, _ to: Point, style: String) {
    element(
      "line",
      [
        "class": style, "x1": Self.number(from.x), "y1": Self.number(from.y),
        "x2": Self.number(to.x), "y2": Self.number(to.y),
      ])
  }

  /// Draws a path; an empty one is left out.
  mutating func path(_ data: String, style: String) {
    guard !data.isEmpty else { return }
    element("path", ["class": style, "d": data])
  }

  /// Writes a text of one line; superscript characters become raised, smaller text.
  ///
  /// Few fonts hold all the superscript digits in one design, so that they are not used as they are.
  mutating func text(
    _ text: String, at point: Point, size: Double, anchor: Anchor = .start,
    style: String = "tare-text", rotated: Bool = false
  ) {
    var attributes = " class=\"\(style)\""
    attributes += " x=\"\(Self.number(point.x))\" y=\"\(Self.number(point.y))\""
    attributes += " font-size=\"\(Self.number(size))\""
    if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
    if rotated {
      attributes +=
        " transform=\"rotate(-90 \(Self.number(point.x)) \(Self.number(point.y)))\""
    }
    body += "<text\(attributes)>\(Self.raised(text, size: size))</text>\n"
  }

  /// The whole document around what has been drawn.
  func document(title: String, description: String, size: FigureSize) -> String {
    let width = Self.number(size.width)
    let height = Self.number(size.height)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img">
      <title>\(Self.escape(title))</title>
      <desc>\(Self.escape(description))</desc>
      <style>
      \(FigureStyle.css)
      </style>
      <rect class="tare-background" x="0" y="0" width="\(width)" height="\(height)"/>
      \(body)</svg>

      """
  }

  /// A number as it stands in an attribute.
  static func number(_ value: Double) -> String {
    NumberText.coordinate(value)
  }

  /// Text that is safe in content and in attributes; characters that XML forbids become U+FFFD.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func markup(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0.key)=\"\(escape($0.value))\"" }.joined()
  }

  private static let plainDigits: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁻": "\u{2212}",
  ]

  private static func raised(_ text: String, size: Double) -> String {
    guard text.contains(where: { plainDigits[$0] != nil }) else { return escape(text) }
    var markup = ""
    var run = ""
    var isRaised = false
    var hasShifted = false
    func flush() {
      guard !run.isEmpty else { return }
      let shift = number(size * 0.38)
      if isRaised {
        markup += "<tspan dy=\"-\(shift)\" font-size=\"\(number(size * 0.74))\">\(run)</tspan>"
        hasShifted = true
      } else if hasShifted {
        markup += "<tspan dy=\"\(shift)\">\(escape(run))</tspan>"
        hasShifted = false
      } else {
        markup += escape(run)
      }
      run = ""
    }
    for character in text {
      let plain = plainDigits[character]
      if (plain != nil) != isRaised {
        flush()
        isRaised = plain != nil
      }
      run.append(plain ?? character)
    }
    flush()
    return markup
  }
}
