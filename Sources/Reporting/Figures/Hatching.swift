/// Diagonal lines over areas, as one path.
///
/// An SVG pattern would need an identifier, and those clash when several figures share one page.
enum Hatching {
  /// How cells without a value look; each kind differs from the others in print, too.
  enum Kind: Int, CaseIterable {
    case rising, falling, crossed, dense
  }

  /// Lines of a kind.
  static func path(_ areas: [Rectangle], spacing: Double, kind: Kind) -> String {
    switch kind {
    case .rising: path(areas, spacing: spacing)
    case .falling: falling(areas, spacing: spacing)
    case .crossed: path(areas, spacing: spacing) + falling(areas, spacing: spacing)
    case .dense: path(areas, spacing: spacing / 2)
    }
  }

  /// Falling lines.
  private static func falling(_ areas: [Rectangle], spacing: Double) -> String {
    var data = ""
    for area in areas {
      let first = ((area.left - area.bottom) / spacing).rounded(.up)
      let last = ((area.right - area.top) / spacing).rounded(.down)
      guard first <= last else { continue }
      for index in Int(first)...Int(last) {
        // On one line, the difference of both coordinates is constant.
        let difference = Double(index) * spacing
        let start = max(area.left, difference + area.top)
        let end = min(area.right, difference + area.bottom)
        guard end > start else { continue }
        data += "M\(SVGBuilder.number(start)) \(SVGBuilder.number(start - difference))"
        data += "L\(SVGBuilder.number(end)) \(SVGBuilder.number(end - difference))"
      }
    }
    return data
  }

  /// Rising lines; they run on from one area into the next.
  static func path(_ areas: [Rectangle], spacing: Double) -> String {
    var data = ""
    for area in areas {
      let first = ((area.left + area.top) / spacing).rounded(.up)
      let last = ((area.right + area.bottom) / spacing).rounded(.down)
      guard first <= last else { continue }
      for index in Int(first)...Int(last) {
        // On one line, the sum of both coordinates is constant.
        let sum = Double(index) * spacing
        let start = max(area.left, sum - area.bottom)
        let end = min(area.right, sum - area.top)
        guard end > start else { continue }
        data += "M\(SVGBuilder.number(start)) \(SVGBuilder.number(sum - start))"
        data += "L\(SVGBuilder.number(end)) \(SVGBuilder.number(sum - end))"
      }
    }
    return data
  }
}
