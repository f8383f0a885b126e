public import DeviceContract

/// The rule of a layer, and the cells of its arrays as they were last read.
struct LayerArrays: Sendable {
  var rule: any UpdateRule
  /// Nil where the network does not see an array.
  var mirrors: [Matrix?]
  let shape: WeightShape

  init(rule: any UpdateRule, shape: WeightShape) {
    (self.rule, self.shape) = (rule, shape)
    let seen = rule.seen
    mirrors = (0..<rule.arrays).map {
      seen.contains($0) ? Matrix(rows: shape.rows, columns: shape.columns) : nil
    }
  }

  /// The weights that the network is evaluated at.
  var weights: Matrix { rule.weights(seeing: mirrors) }

  /// Takes what was read of a part of an array.
  mutating func take(
    _ values: [Float], array: Int, rows: Range<Int>, columns: Range<Int>
  ) {
    guard mirrors[array] != nil else { return }
    for (offset, row) in rows.enumerated() {
      let line = offset * columns.count
      for (place, column) in columns.enumerated() {
        mirrors[array]?[row, column] = values[line + place]
      }
    }
  }
}

extension TrainingSettings {
  /// The rule of each layer, and where the layers lie on a device.
  ///
  /// - Parameter known: the symmetric points of the array that the gradients pulse, one entry a layer, where they are
  ///   known beforehand.
  /// - Throws: ``TrainingError`` where the device is too small or the rule cannot learn.
  func layers(
    on capabilities: Capabilities, known: [KnownReference?] = []
  ) throws(TrainingError) -> (arrays: [LayerArrays], plan: Floorplan) {
    let shapes = network.weightShapes
    let known = known.isEmpty ? self.known : known
    var layers: [LayerArrays] = []
    for (layer, shape) in shapes.enumerated() {
      let rule = try rule.rule(
        for: RuleLayer(
          shape: shape, planner: planner, range: range,
          known: known.isEmpty ? nil : known[layer], watch: watch),
        initial: Network.initialWeights(shape, layer: layer, seed: seed))
      layers.append(LayerArrays(rule: rule, shape: shape))
    }
    let arrays = layers.map(\.rule.arrays).max() ?? 0
    return (layers, try Floorplan(shapes, arrays: arrays, on: capabilities))
  }

  /// Whether a device has room for the training, and its rule can learn; nothing is asked of the device.
  ///
  /// - Throws: ``TrainingError``.
  public func check(on capabilities: Capabilities) throws(TrainingError) {
    _ = try layers(on: capabilities)
  }
}
