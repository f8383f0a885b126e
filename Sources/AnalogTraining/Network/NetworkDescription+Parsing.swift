extension NetworkDescription {
  /// The network that a text names, for images of a size and a number of classes.
  ///
  /// "lenet5" is two times a convolution of 5 x 5 with 16 and 32 channels, activation and the largest of 2 x 2,
  /// then fully connected 128 and the classes (arXiv 2602.21321, Table 3: 512 -> 128 -> 10 for images of 28 x 28).
  /// "64-32-10" is fully connected, from the number of pixels to that of classes.
  ///
  /// - Parameters:
  ///   - text: the name, or the sizes.
  ///   - activation: what stands between layers with weights: the sigmoid where none is given, for LeNet-5 the
  ///     hyperbolic tangent.
  ///   - image: the size of the images.
  ///   - classes: how many there are.
  /// - Throws: ``TrainingDataError`` if the text is no network, or one for other images or classes.
  public init(
    parsing text: String, activation: Activation? = nil, image: ImageShape, classes: Int
  ) throws(TrainingDataError) {
    let name = text.lowercased()
    if name == "lenet5" || name == "lenet-5" {
      let between = NetworkLayer.activation(activation ?? .tanh)
      try self.init(
        image: image,
        layers: [
          .convolution(channels: 16, kernel: 5), between, .maxPool(size: 2),
          .convolution(channels: 32, kernel: 5), between, .maxPool(size: 2),
          .fullyConnected(outputs: 128), between, .fullyConnected(outputs: classes),
        ])
      return
    }
    let place = "network \"\(text)\""
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let sizes = parts.compactMap { part in
      part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
    }
    guard sizes.count == parts.count, sizes.count > 1 else {
      throw TrainingDataError(
        .unknownName, at: place,
        "is no network; give the sizes of layers, such as \(image.count)-32-\(classes), or lenet5")
    }
    guard sizes[0] == image.count else {
      throw TrainingDataError(
        .wrongSize, at: place,
        "has \(sizes[0]) inputs, but images of \(image) have \(image.count); start with that number"
      )
    }
    guard sizes[sizes.count - 1] == classes else {
      throw TrainingDataError(
        .wrongSize, at: place,
        "has \(sizes[sizes.count - 1]) outputs, but there "
          + (classes == 1 ? "is 1 class" : "are \(classes) classes") + "; end with that number")
    }
    var layers: [NetworkLayer] = []
    for size in sizes.dropFirst() {
      if !layers.isEmpty { layers.append(.activation(activation ?? .sigmoid)) }
      layers.append(.fullyConnected(outputs: size))
    }
    try self.init(image: image, layers: layers)
  }
}
