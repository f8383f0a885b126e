/// What a network is made of, without its weights.
public struct NetworkDescription: Codable, Hashable, Sendable {
  /// The size of the images.
  public let image: ImageShape
  /// The layers, from the image on.
  public let layers: [NetworkLayer]
  /// What enters each layer, and last what leaves the network.
  public let shapes: [ImageShape]
  /// The matrices of the layers that have one, in order.
  public let weightShapes: [WeightShape]

  /// Puts layers together.
  ///
  /// - Throws: ``TrainingDataError`` if the image does not fit, or if the last layer has no weights.
  public init(image: ImageShape, layers: [NetworkLayer]) throws(TrainingDataError) {
    guard image.channels > 0, image.height > 0, image.width > 0,
      max(image.channels, image.height, image.width) <= 1 << 16, image.count <= 1 << 28
    else {
      throw TrainingDataError(
        .badValue, at: "image",
        "\(image) is no image; use sizes from 1 to \(1 << 16), and at most \(1 << 28) values")
    }
    var (shapes, weights) = ([image], [WeightShape]())
    for (index, layer) in layers.enumerated() {
      let (place, before) = ("layer \(index + 1)", shapes[index])
      let shape = try layer.shape(of: before, place: place)
      guard shape.count <= 1 << 28 else {
        throw TrainingDataError(
          .badValue, at: place, "\(shape) outputs a sample; at most \(1 << 28) are held here")
      }
      shapes.append(shape)
      guard let matrix = layer.weights(of: before) else { continue }
      guard matrix.rows <= (1 << 30) / matrix.columns else {
        throw TrainingDataError(
          .badValue, at: place, "\(matrix) weights; at most \(1 << 30) a layer are held here")
      }
      weights.append(matrix)
    }
    guard let last = layers.last, last.weights(of: image) != nil else {
      throw TrainingDataError(
        .badValue, at: "network",
        "the last layer must have weights: softmax with cross-entropy comes after it")
    }
    (self.image, self.layers, self.shapes, weightShapes) = (image, layers, shapes, weights)
  }

  /// The number of outputs: the classes that it tells apart.
  public var outputs: Int { shapes[shapes.count - 1].count }

  private enum CodingKeys: CodingKey {
    case image, layers
  }

  /// Reads a description, and checks it as ``init(image:layers:)`` does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      image: container.decode(ImageShape.self, forKey: .image),
      layers: container.decode([NetworkLayer].self, forKey: .layers))
  }
}

extension NetworkDescription {
  /// The layers in a line, such as a record holds.
  public var text: String {
    "\(image): " + layers.map { String(describing: $0) }.joined(separator: ", ")
  }
}
