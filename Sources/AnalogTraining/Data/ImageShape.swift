/// The size of an image, or of what a layer makes of it.
///
/// Numbers lie channel after channel, in each row after row.
public struct ImageShape: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The number of channels: 1 for grey.
  public let channels: Int
  /// The number of rows of pixels.
  public let height: Int
  /// The number of columns of pixels.
  public let width: Int

  /// Describes an image.
  public init(channels: Int = 1, height: Int, width: Int) {
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The number of values of an image.
  public var count: Int { channels * height * width }

  /// Such as "1 x 28 x 28".
  public var description: String { "\(channels) x \(height) x \(width)" }
}
