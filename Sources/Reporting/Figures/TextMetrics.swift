/// How wide a text will be in a sans-serif font, near enough to keep labels apart.
///
/// The viewer picks the font, so widths are those of a rather wide one: too much room is harmless.
enum TextMetrics {
  /// The width in pixels of one line.
  static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) } * size
  }

  /// Breaks a text at spaces into lines no wider than `limit`; a longer word is cut.
  static func wrap(_ text: String, size: Double, limit: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
      let candidate = line.isEmpty ? String(word) : line + " " + word
      if width(candidate, size: size) <= limit {
        line = candidate
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if width(line + String(character), size: size) > limit, !line.isEmpty {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// Cuts a text that is wider than `limit` and marks the cut by an ellipsis.
  static func truncate(_ text: String, size: Double, limit: Double) -> String {
    guard width(text, size: size) > limit else { return text }
    var kept = text
    while !kept.isEmpty, width(kept + "…", size: size) > limit { kept.removeLast() }
    return kept + "…"
  }

  /// The width of one scalar in units of the font size.
  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "0"..."9": return 0.6
    case " ", "i", "j", "l", "I", "|", "'", ".", ",", ":", ";", "!": return 0.31
    case "f", "r", "t", "(", ")", "[", "]", "/", "-", "\u{2009}": return 0.4
    case "m", "w", "M", "W", "%", "@", "…": return 0.92
    case "A"..."Z": return 0.69
    case "\u{2070}"..."\u{209C}", "²", "³", "¹": return 0.45
    case "\u{2212}", "+", "=", "×", "±", "~", "<", ">": return 0.72
    default: break
    }
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    return scalar.value >= 0x1100 ? (scalar.value < 0x2E80 ? 0.75 : 1.02) : 0.6
  }
}
