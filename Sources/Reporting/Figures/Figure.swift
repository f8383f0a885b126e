/// A drawing that can be written as SVG.
///
/// The same figure always gives the same bytes: there are no dates, no random identifiers and no
/// locale in them. The text follows the light or dark setting of the viewer.
public protocol Figure: Sendable {
  /// What the figure shows, set above it and read out by screen readers.
  var title: String { get }

  /// The size of the drawing.
  var size: FigureSize { get }

  /// The figure as a complete SVG document in UTF-8, with a line feed at its end.
  func svg() -> String
}
