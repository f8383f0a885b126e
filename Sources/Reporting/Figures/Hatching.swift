/// Diagonal lines over areas, as one path.
///
/// An SVG pattern would need an identifier, and those clash when several figures share one page.
enum Hatching {
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
