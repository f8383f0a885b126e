/// What a terminal makes of a text.
enum TerminalText {
  /// The number of columns that a text takes.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// The text with U+FFFD for what would move the cursor or change the terminal.
  static func printable(_ text: String) -> String {
    var printable = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\n" || scalar == "\t" || scalar == "\r":
        printable.append(" ")
      case .control, .lineSeparator, .paragraphSeparator:
        printable.append("\u{FFFD}")
      default:
        printable.unicodeScalars.append(scalar)
      }
    }
    return printable
  }

  /// Whether a text is a number, perhaps with its spread, prefix and unit: "−1.2 ± 0.3 kΩ".
  static func isNumber(_ text: String) -> Bool {
    let signs: Set<Character> = ["-", "+", "\u{2212}", "±", "<", ">", "~", "≈", "."]
    let start = text.drop { signs.contains($0) || $0 == " " }
    guard let first = start.first, first.isASCII, first.isNumber else { return false }
    // "3 of 4" is a sentence, "3.1 µS" is a number with its unit.
    let words = start.split(separator: " ")
    let others = words.filter { word in !word.contains { $0.isNumber || signs.contains($0) } }
    return others.count <= 1 && words.count { $0.first?.isLetter == true } <= 1
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // The wide and full-width blocks of Unicode Standard Annex 11.
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
