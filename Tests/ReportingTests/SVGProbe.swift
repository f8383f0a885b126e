import Foundation

@testable import Reporting

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a drawing back, as far as tests ask for it.
final class SVGProbe: NSObject, XMLParserDelegate {
  struct Text {
    var content: String
    var style: String
    var area: Rectangle
  }

  private(set) var texts: [Text] = []
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var title = ""
  private(set) var summary = ""
  private(set) var style = ""
  let isWellFormed: Bool

  private final class Reader: NSObject, XMLParserDelegate {
    var open: [(name: String, attributes: [String: String], content: String)] = []
    var closed: [(name: String, attributes: [String: String], content: String)] = []
    var elements: [(name: String, attributes: [String: String])] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append((name, attributes))
      open.append((name, attributes, ""))
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
      for index in open.indices { open[index].content += characters }
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      if let last = open.popLast() { closed.append(last) }
    }
  }

  init(_ svg: String) {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    isWellFormed = parser.parse()
    super.init()
    elements = reader.elements
    for element in reader.closed {
      switch element.name {
      case "title": title = element.content
      case "desc": summary = element.content
      case "style": style = element.content
      case "text": texts.append(Self.text(element.content, element.attributes))
      default: break
      }
    }
  }

  var contents: [String] { texts.map(\.content) }

  func paths(_ style: String) -> [String] {
    elements.filter {
      $0.name == "path"
        && ($0.attributes["class"] ?? "").split(separator: " ").contains {
          $0 == style
        }
    }.compactMap { $0.attributes["d"] }
  }

  func count(_ style: String) -> Int {
    elements.count {
      ($0.attributes["class"] ?? "").split(separator: " ").contains { $0 == style }
    }
  }

  var width: Double { elements.first?.attributes["width"].flatMap(Double.init) ?? 0 }
  var height: Double { elements.first?.attributes["height"].flatMap(Double.init) ?? 0 }

  /// The pairs of texts whose areas overlap.
  var overlaps: [String] {
    var found: [String] = []
    for (index, one) in texts.enumerated() {
      for other in texts[(index + 1)...] {
        let apart =
          one.area.right <= other.area.left || other.area.right <= one.area.left
          || one.area.bottom <= other.area.top || other.area.bottom <= one.area.top
        if !apart { found.append("\(one.content) | \(other.content)") }
      }
    }
    return found
  }

  /// The texts that leave the page.
  var outside: [String] {
    texts.filter {
      $0.area.left < 0 || $0.area.top < 0 || $0.area.right > width || $0.area.bottom > height
    }.map(\.content)
  }

  /// Numbers that are no numbers, in what is drawn.
  var brokenAttributes: [String] {
    elements.flatMap { $0.attributes.filter { $0.key != "class" }.values }
      .filter { $0.lowercased().contains("nan") || $0.lowercased().contains("inf") }
  }

  private static func text(_ content: String, _ attributes: [String: String]) -> Text {
    func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
    let size = number("font-size")
    let width = TextMetrics.width(content, size: size)
    let before =
      switch attributes["text-anchor"] {
      case "middle": width / 2
      case "end": width
      default: 0.0
      }
    let (x, y) = (number("x"), number("y"))
    // The height of capitals and digits above the line, the depth of descenders below.
    let (above, below) = (size * 0.75, size * 0.2)
    let area =
      attributes["transform"] == nil
      ? Rectangle(left: x - before, top: y - above, right: x - before + width, bottom: y + below)
      : Rectangle(left: x - above, top: y + before - width, right: x + below, bottom: y + before)
    return Text(content: content, style: attributes["class"] ?? "", area: area)
  }
}
