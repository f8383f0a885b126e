public import DeviceContract
public import PulseLedger
import ReproducibleNoise

/// Trains a network through pulses on the arrays of a device.
///
/// A step is one mini-batch: the network is evaluated at weights that were read back, the gradients of all
/// layers become trains that are fired in one batch, what they changed is read back, and columns are
/// transferred. Which device fires, the trainer does not know.
public struct Trainer: Sendable {
  /// As it was set.
  public let settings: TrainingSettings
  /// The one road to the arrays.
  public let device: MeteredDevice
  /// Where the layers lie.
  public let plan: Floorplan
  /// The network with its biases.
  public private(set) var network: Network
  /// Mini-batches so far.
  public private(set) var step = 0
  /// The epochs so far, the last one perhaps unfinished.
  public private(set) var epochs: [EpochRecord] = []
  /// Whether it stands between two steps: what it knows then is whole, and can be kept.
  public private(set) var isBetweenSteps = true
  var layers: [LayerArrays]
  /// The most inputs of a product on the device; nil until it was asked.
  private var mostInputs: Int?

  /// Lays the network out on a device; nothing is fired.
  ///
  /// - Parameter known: the symmetric points of the array that the gradients pulse, one entry a layer, where they are
  ///   known beforehand.
  /// - Throws: ``TrainingError`` where the device is too small or the rule cannot learn.
  public init(
    _ settings: TrainingSettings, on device: MeteredDevice, known: [KnownReference?] = []
  ) throws(TrainingError) {
    (self.settings, self.device) = (settings, device)
    network = Network(settings.network)
    (layers, plan) = try settings.layers(on: device.capabilities, known: known)
  }

  /// The rules' counts, over all layers.
  public var tally: RuleTally { layers.reduce(RuleTally()) { $0 + $1.rule.tally } }

  /// The rule of each layer.
  public var rules: [any UpdateRule] { layers.map(\.rule) }

  /// The weights that the network is evaluated at, one matrix a layer, as last read.
  public var weights: [Matrix] { layers.map(\.weights) }

  /// Pulses that were fired at each array.
  public var pulses: [PulseTotals] {
    epochs.reduce(into: Array(repeating: PulseTotals(), count: plan.arrays)) { sums, epoch in
      for array in sums.indices { sums[array] += epoch.pulses[array] }
    }
  }

  /// Reads the arrays that the network sees and writes the initial weights.
  ///
  /// Each cell gets as many whole pulses as bring it nearer to its weight, by the mean step: where steps are larger than
  /// the weights, as in cells of few states, nearly none.
  public mutating func prepare() async throws {
    if settings.multipliesOnDevice { try await askForProducts() }
    for layer in layers.indices {
      if let preparation = layers[layer].rule.preparation {
        let found = try await preparation.reference(
          on: device, region: plan.region(layer: layer, array: preparation.array),
          seed: settings.seed &+ UInt64(layer))
        layers[layer].rule.take(found)
      }
      if settings.programsInitialWeights, let array = layers[layer].rule.programmed {
        try await program(layer: layer, array: array)
      }
    }
    try await readAll()
  }

  private func program(layer: Int, array: Int) async throws {
    let shape = layers[layer].shape
    let region = plan.region(layer: layer, array: array)
    let target = Network.initialWeights(shape, layer: layer, seed: settings.seed)
    let found = try await device.read(ReadRequest(region: region, averages: settings.averages))
    let counts = zip(target.values, found.weights).map { target, found in
      ((target - found) / settings.granularity).rounded(.towardZero)
    }
    let most = counts.reduce(0) { max($0, abs($1)) }
    guard most <= Self.mostInitialPulses, counts.allSatisfy(\.isFinite) else {
      throw TrainingError(
        .badSetting,
        "layer \(layer + 1): a cell needs \(most) pulses of a mean step of \(settings.granularity) to its initial "
          + "weight, and at most \(Int(Self.mostInitialPulses)) are fired for that; nothing was fired for this layer. "
          + "Look whether that is the step of these cells, and whether their reads are numbers")
    }
    // A count map holds 16 bits a cell.
    let trains = stride(from: Float(0), to: most, by: Float(Int16.max)).map { done in
      let part = counts.map { count in
        let left = min(max(abs(count) - done, 0), Float(Int16.max))
        return Int16(left) * (count < 0 ? -1 : 1)
      }
      return PulseTrain(
        region: region, pattern: .counts(part), shape: device.capabilities.nominalShape,
        cause: .program)
    }
    _ = try await device.apply(trains)
  }

  /// Stands where a checkpoint was taken.
  mutating func resume(at step: Int, _ epochs: [EpochRecord], _ network: Network) {
    (self.step, self.epochs, self.network) = (step, epochs, network)
  }

  /// Reads all that the network sees.
  mutating func readAll() async throws {
    let parts = layers.enumerated().flatMap { layer, arrays in
      arrays.rule.seen.map {
        LayerPart(
          layer: layer, array: $0, rows: 0..<arrays.shape.rows, columns: 0..<arrays.shape.columns)
      }
    }
    _ = try await read(parts)
  }

  /// Mini-batches of an epoch.
  func batches(of data: DataSet) -> Int { data.labels.count / settings.batch }

  /// Whether the last epoch was begun and has mini-batches left.
  func isInEpoch(of data: DataSet) -> Bool {
    epochs.last.map { $0.epoch > 0 && $0.steps < batches(of: data) } ?? false
  }

  /// More than any array of the field has states; floats count them exactly.
  private static let mostInitialPulses: Float = 1_000_000

  /// Trains for one epoch, in an order of images of its own, or to the end of one that was begun.
  ///
  /// - Parameter between: called between two mini-batches.
  public mutating func runEpoch(
    _ data: DataSet, between: (Trainer) async throws -> Void = { _ in }
  ) async throws {
    if !isInEpoch(of: data) {
      var record = EpochRecord(arrays: plan.arrays)
      record.epoch = epochs.count + 1
      epochs.append(record)
    }
    let epoch = epochs.count - 1
    scaleRates(epoch: epoch)
    var random = StepNoise(seed: settings.seed, step: epoch).stream(.shuffle)
    let order = random.order(of: data.labels.count)
    do {
      // The first epoch begins with a read anyway, and products see the cells as they are.
      if settings.rereadsEachEpoch, epoch > 0, epochs[epoch].steps == 0,
        !settings.multipliesOnDevice
      {
        try await readAll()
      }
      for batch in epochs[epoch].steps..<batches(of: data) {
        if batch > 0 { try await between(self) }
        guard !Task.isCancelled else {
          throw DeviceError(
            code: .interrupted,
            explanation:
              "the training was cancelled between two steps; nothing was fired for the next")
        }
        let chosen = order[batch * settings.batch..<(batch + 1) * settings.batch]
        isBetweenSteps = false
        let loss = try await train(batch: data.batch(chosen))
        let mean = epochs[epoch].loss ?? 0
        epochs[epoch].loss = mean + (loss - mean) / Double(batch + 1)
        epochs[epoch].steps = batch + 1
        epochs[epoch].tally = tally
        isBetweenSteps = true
      }
    } catch {
      // One that was stopped before anything was fired did not begin.
      if epochs[epoch].steps == 0, epochs[epoch].pulses.allSatisfy({ $0.all == 0 }) {
        epochs.removeLast()
      }
      throw error
    }
    guard let loss = epochs[epoch].loss else { return }
    for layer in layers.indices { layers[layer].rule.epochEnded(loss: loss) }
  }

  private mutating func scaleRates(epoch: Int) {
    var scale = RateScale()
    scale.fast = settings.fastSchedule.rate(1, epoch: epoch)
    scale.transfer = settings.transferSchedule.rate(1, epoch: epoch)
    for layer in layers.indices { layers[layer].rule.scaleRates(scale) }
  }

  /// The part of some images that the network classifies rightly.
  public mutating func accuracy(on data: DataSet) async throws -> Double {
    var products = try await products(step: epochs.count, purpose: .evaluation)
    let outputs = try await network.outputs(images: data.images, products: &products)
    // For whoever looks at the weights: nothing else reads them then.
    if settings.multipliesOnDevice { try await readAll() }
    let right = data.labels.indices.count { image in
      let row = outputs[row: image]
      return row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
        == data.labels[image]
    }
    let accuracy = Double(right) / Double(max(1, data.labels.count))
    if !epochs.isEmpty { epochs[epochs.count - 1].accuracy = accuracy }
    return accuracy
  }

  /// One step; returns its loss.
  public mutating func train(batch: (images: Matrix, labels: [Int])) async throws -> Double {
    var products = try await products(step: step, purpose: .forward)
    let (loss, gradients, biasGradients) = try await network.gradients(
      images: batch.images, labels: batch.labels, products: &products)
    try await update(
      gradients.map { gradient in
        gradient.inputs.rows > Self.mostProductsOfAnImage * batch.labels.count
          ? .elements(gradient.matrix) : .outerProducts(gradient)
      })
    network.step(
      biases: biasGradients,
      rate: settings.schedule.rate(settings.biasRate, epoch: epochs.count - 1))
    return loss
  }

  /// Above so many outer products an image they become one map of counts a mini-batch.
  ///
  /// A convolution has one for each place: 576 in the first layer of LeNet-5, so that a mini-batch of ten would be 6,400
  /// trains. The mean is the same; pulses that would have cancelled each other are not fired.
  private static let mostProductsOfAnImage = 16

  /// Fires the pulses for a gradient of each layer, and does the transfers that are due.
  public mutating func update(_ gradients: [WeightGradient]) async throws {
    if epochs.isEmpty { epochs.append(EpochRecord(arrays: plan.arrays)) }
    let noise = StepNoise(seed: settings.seed, step: step)
    var asked: [(layer: Int, pulses: ArrayPulses)] = []
    var rules = layers.map(\.rule)
    for layer in layers.indices {
      var random = noise.stream(.update, layer: layer)
      asked += rules[layer].update(gradients[layer], using: &random).map { (layer, $0) }
    }
    do {
      try await checkLimits(asked)
    } catch {
      isBetweenSteps = true
      throw error
    }
    // Only now: what a limit refuses has not happened, and is not counted.
    for layer in layers.indices { layers[layer].rule = rules[layer] }
    rules = []
    try await fire(asked)
    try await readBack(asked)
    try await transfer(noise)
    step += 1
  }

  /// Throws before the first pulse of a step that the limits do not have room for, transfers included, so that a
  /// budget ends a training between two steps.
  private func checkLimits(_ asked: [(layer: Int, pulses: ArrayPulses)]) async throws {
    guard device.limits != .unlimited else { return }
    let transfers = layers.indices.flatMap { layer in
      layers[layer].rule.mostTransfer.map { (layer, $0) }
    }
    try await device.check((asked + transfers).map { pulseTrain($0, $1) })
  }

  private func pulseTrain(_ layer: Int, _ pulses: ArrayPulses) -> PulseTrain {
    PulseTrain(
      region: plan.region(
        layer: layer, array: pulses.array, rows: pulses.rows, columns: pulses.columns),
      pattern: pulses.pattern, shape: device.capabilities.nominalShape, cause: pulses.cause)
  }

  private mutating func askForProducts() async throws {
    mostInputs = try await settings.checkProducts(on: device)
  }

  private mutating func products(
    step: Int, purpose: StepNoise.Purpose
  ) async throws -> any WeightProducts {
    if settings.multipliesOnDevice {
      if mostInputs == nil { try await askForProducts() }
      return DeviceProducts(
        device: device, plan: plan, mixings: layers.map(\.rule.mixing),
        mostInputs: mostInputs ?? 1)
    }
    return PeripheralProducts(
      weights: layers.map(\.weights), periphery: settings.periphery,
      noise: StepNoise(seed: settings.seed &+ (purpose == .evaluation ? 1 << 32 : 0), step: step))
  }

  /// The transfers of all layers, whose reads and pulses go out together.
  private mutating func transfer(_ noise: StepNoise) async throws {
    var streams = layers.indices.map { noise.stream(.transfer, layer: $0) }
    var columns = layers.indices.map { noise.stream(.column, layer: $0) }
    var waiting: [(layer: Int, answer: [Float]?)] = layers.indices.map { ($0, nil) }
    while !waiting.isEmpty {
      var next: [(layer: Int, answer: [Float]?)] = []
      var (asked, parts) = ([(layer: Int, pulses: ArrayPulses)](), [LayerPart]())
      for (layer, answer) in waiting {
        switch layers[layer].rule.transfer(answer, using: &streams[layer]) {
        case .read(let array, let range):
          parts.append(
            LayerPart(
              layer: layer, array: array, rows: 0..<layers[layer].shape.rows, columns: range))
        case .fire(let pulses):
          asked += pulses.map { (layer, $0) }
          next.append((layer, []))
        case .done: break
        }
      }
      try await fire(asked, readingBack: true)
      for (part, found) in zip(parts, try await read(parts)) {
        next.append((part.layer, settings.periphery.read(found, using: &columns[part.layer])))
      }
      waiting = next
    }
  }

  /// Fires trains in one batch and counts what was fired.
  ///
  /// - Parameter reads: whether each ends with a read of its cells, where the network sees them.
  private mutating func fire(
    _ asked: [(layer: Int, pulses: ArrayPulses)], readingBack reads: Bool = false
  ) async throws {
    guard !asked.isEmpty else { return }
    let trains = asked.map { layer, pulses in
      var train = pulseTrain(layer, pulses)
      if reads, !settings.multipliesOnDevice, layers[layer].mirrors[pulses.array] != nil {
        train.reads = .init(everySteps: train.steps, averages: settings.averages)
      }
      return train
    }
    var lost: [LayerPart] = []
    for ((receipt, train), (layer, pulses)) in zip(
      zip(try await device.apply(trains), trains), asked)
    {
      epochs[epochs.count - 1].pulses[pulses.array] += receipt.fired
      if let reading = receipt.readings.last {
        layers[layer].take(
          reading.weights, array: pulses.array, rows: pulses.rows, columns: pulses.columns)
      } else if train.reads != nil {
        // Told of by the device's journal after a break: what was read in the train is gone, and the cells are not.
        lost.append(
          LayerPart(layer: layer, array: pulses.array, rows: pulses.rows, columns: pulses.columns))
      }
    }
    _ = try await read(lost)
  }

  /// Reads what trains have changed in arrays that the network sees.
  private mutating func readBack(_ asked: [(layer: Int, pulses: ArrayPulses)]) async throws {
    guard !settings.multipliesOnDevice else { return }
    var parts: [LayerPart] = []
    for layer in layers.indices {
      for array in layers[layer].rule.seen {
        var touched = TouchedLines(layers[layer].shape)
        for (other, pulses) in asked where other == layer && pulses.array == array {
          touched.add(pulses)
        }
        parts += touched.parts.map {
          LayerPart(layer: layer, array: array, rows: $0.rows, columns: $0.columns)
        }
      }
    }
    _ = try await read(parts)
  }

  /// Reads parts of layers and keeps what the network sees of it.
  private mutating func read(_ parts: [LayerPart]) async throws -> [[Float]] {
    guard !parts.isEmpty else { return [] }
    let readings = try await device.read(
      parts.map { part in
        ReadRequest(
          region: plan.region(
            layer: part.layer, array: part.array, rows: part.rows, columns: part.columns),
          averages: settings.averages)
      })
    for (part, reading) in zip(parts, readings) {
      layers[part.layer].take(
        reading.weights, array: part.array, rows: part.rows, columns: part.columns)
    }
    return readings.map(\.weights)
  }

  /// A part of one array of a layer.
  private struct LayerPart {
    var layer: Int
    var array: Int
    var rows: Range<Int>
    var columns: Range<Int>
  }
}
