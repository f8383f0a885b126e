/// Collects HTML elements as text, well-formed as XML too; every text is escaped on its way in.
struct HTMLBuilder {
  private(set) var body = ""

  /// Writes an element around others.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
    _ content: (inout HTMLBuilder) throws -> Void
  ) rethrows {
    body += "<\(name)\(Self.markup(attributes))>\n"
    try content(&self)
    body += "</\(name)>\n"
  }

  /// Writes an element around a text.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String
  ) {
    body += "<\(name)\(Self.markup(attributes))>\(Self.escape(text))</\(name)>\n"
  }

  /// Adds markup that is well-formed already, such as a figure.
  mutating func add(markup: String) { body += markup }

  /// A whole page with its style sheet; nothing is loaded from elsewhere.
  func page(title: String, css: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(Self.escape(title))</title>
    <style>
    \(css)
    </style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
  }

  static func escape(_ text: String) -> String { SVGBuilder.escape(text) }

  private static func markup(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0.key)=\"\(escape($0.value))\"" }.joined()
  }
}
