/// One line of a legend: a sample of the drawing, and what it stands for.
struct LegendEntry {
  /// What is drawn beside the text.
  enum Sample {
    /// A line, a symbol, or both, in the colour of a series.
    case series(Int, line: Bool, dashed: Bool, points: Bool, band: Bool)
    /// A filled area with an outline in the colour of a series.
    case area(Int)
    /// The look of cells without a value.
    case missing(Hatching.Kind)
  }

  var sample: Sample
  var text: String
}
