/// A layer of a network.
public enum NetworkLayer: Codable, Hashable, Sendable {
  /// Every output sees every input.
  case fullyConnected(outputs: Int)
  /// Every output channel sees a square patch of all input channels; around the image stand `padding` zeros.
  case convolution(channels: Int, kernel: Int, padding: Int = 0, stride: Int = 1)
  /// The largest of each square of `size` x `size`; the first one where several are equal.
  case maxPool(size: Int)
  /// A function of each value.
  case activation(Activation)

  /// What the layer makes of an image.
  ///
  /// Where a stride does not divide the image, its last rows and columns are left out, as usual in the field.
  ///
  /// - Throws: ``TrainingDataError`` if the image does not fit.
  func shape(of image: ImageShape, place: String) throws(TrainingDataError) -> ImageShape {
    // Far above what is trained on arrays, and no product of such sizes overflows.
    let most = 1 << 16
    func check(_ value: Int, _ name: String, from least: Int = 1) throws(TrainingDataError) {
      guard (least...most).contains(value) else {
        throw TrainingDataError(
          .badValue, at: place, "\(name) is \(value); use a whole number from \(least) to \(most)")
      }
    }
    switch self {
    case .fullyConnected(let outputs):
      try check(outputs, "the number of outputs")
      return ImageShape(channels: outputs, height: 1, width: 1)
    case .convolution(let channels, let kernel, let padding, let stride):
      try check(channels, "the number of channels")
      try check(kernel, "the kernel")
      try check(padding, "the padding", from: 0)
      try check(stride, "the stride")
      guard padding < kernel else {
        throw TrainingDataError(
          .badValue, at: place,
          "a padding of \(padding) has patches of zeros alone; use less than the kernel, \(kernel)")
      }
      return try Self.slide(
        kernel, over: image, padding: padding, stride: stride, channels: channels, place: place)
    case .maxPool(let size):
      try check(size, "the size")
      return try Self.slide(
        size, over: image, padding: 0, stride: size, channels: image.channels, place: place)
    case .activation: return image
    }
  }

  private static func slide(
    _ kernel: Int, over image: ImageShape, padding: Int, stride: Int, channels: Int, place: String
  ) throws(TrainingDataError) -> ImageShape {
    let (height, width) = (image.height + 2 * padding, image.width + 2 * padding)
    guard kernel <= height, kernel <= width else {
      throw TrainingDataError(
        .wrongSize, at: place,
        "an image of \(image) is smaller than the \(kernel) x \(kernel) that go over it; "
          + "use larger images or a network with fewer or smaller layers")
    }
    return ImageShape(
      channels: channels, height: (height - kernel) / stride + 1,
      width: (width - kernel) / stride + 1)
  }

  /// The matrix of the layer, where it has one.
  func weights(of image: ImageShape) -> WeightShape? {
    switch self {
    case .fullyConnected(let outputs): WeightShape(rows: outputs, columns: image.count)
    case .convolution(let channels, let kernel, _, _):
      WeightShape(rows: channels, columns: image.channels * kernel * kernel)
    case .maxPool, .activation: nil
    }
  }
}
