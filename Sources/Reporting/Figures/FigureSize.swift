/// The size of a figure in pixels at a scale of one.
///
/// A figure gets higher than asked where title, legend and caption leave too little room.
public struct FigureSize: Sendable, Equatable {
  /// The width in pixels.
  public let width: Double
  /// The height in pixels.
  public let height: Double

  /// A size; below 240 by 180 pixels there is no room for axes, so that smaller values are raised.
  public init(width: Double, height: Double) {
    self.width = width.isFinite ? min(max(width, 240), 10_000) : Self.standard.width
    self.height = height.isFinite ? min(max(height, 180), 10_000) : Self.standard.height
  }

  /// 720 by 460 pixels: the width of a page of text.
  public static let standard = FigureSize(width: 720, height: 460)

  /// 600 by 520 pixels: an array of square cells with its colour bar.
  public static let map = FigureSize(width: 600, height: 520)
}
