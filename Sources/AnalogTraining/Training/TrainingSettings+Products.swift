import DeviceContract
public import PulseLedger

extension TrainingSettings {
  /// More products in one step than a link can carry in a time that anybody waits for: convolutions need one for each place
  /// of each image.
  private static let mostProducts = 5_000

  /// Finds out whether a device can make the products of the network, and of how many inputs at once; nothing is fired.
  ///
  /// - Returns: the most inputs of one product.
  /// - Throws: ``TrainingError/Code/badSetting`` for a network with too many products, and ``DeviceError/Code/refused`` by a
  ///   device that multiplies nothing.
  public func checkProducts(on device: MeteredDevice) async throws -> Int {
    let (layers, plan) = try layers(on: device.capabilities)
    var (products, layer) = (0, 0)
    for (index, kind) in network.layers.enumerated() {
      guard kind.weights(of: network.shapes[index]) != nil else { continue }
      let output = network.shapes[index + 1]
      let places = if case .convolution = kind { output.height * output.width } else { 1 }
      let seen = layers[layer].rule.seen.count
      products += batch * places * seen * (layer > 0 ? 2 : 1)
      layer += 1
    }
    guard products <= Self.mostProducts else {
      throw TrainingError(
        .badSetting,
        "a mini-batch of this network takes \(products) products on the arrays, one for each place of each image of a "
          + "convolution, and at most \(Self.mostProducts) are made; nothing was fired; let weights be read back, "
          + "or take a smaller mini-batch or a fully connected network"
      )
    }
    var most = max(1, layers.map { max($0.shape.rows, $0.shape.columns) }.max() ?? 1)
    for (layer, arrays) in layers.enumerated() {
      for array in arrays.rule.seen {
        for transposed in [false, true] {
          let lines = transposed ? arrays.shape.rows : arrays.shape.columns
          var failure: (any Error)?
          while true {
            let part = 0..<min(most, lines)
            let region =
              transposed
              ? plan.region(
                layer: layer, array: array, rows: part, columns: 0..<arrays.shape.columns)
              : plan.region(layer: layer, array: array, rows: 0..<arrays.shape.rows, columns: part)
            do {
              _ = try await device.multiply(
                region, by: Array(repeating: 0, count: part.count), transposed: transposed)
              break
            } catch {
              failure = failure ?? error
              // A frame of the link may hold less.
              guard error.code == .refused, device.multiplies, part.count > 1 else {
                throw failure ?? error
              }
              most = part.count / 2
            }
          }
        }
      }
    }
    return most
  }
}
