import AnalogTraining
import Foundation
import Testing

@Suite struct NetworkDescriptionTests {
  let digits = ImageShape(height: 8, width: 8)
  let mnist = ImageShape(height: 28, width: 28)

  /// The sizes of arXiv 2602.21321, Table 3: 512 -> 128 -> 10 behind the convolutions.
  @Test func leNet5HasTheSizesOfTheField() throws {
    let network = try NetworkDescription(parsing: "LeNet5", image: mnist, classes: 10)
    #expect(
      network.weightShapes == [
        WeightShape(rows: 16, columns: 25), WeightShape(rows: 32, columns: 400),
        WeightShape(rows: 128, columns: 512), WeightShape(rows: 10, columns: 128),
      ])
    #expect(network.layers.filter { $0 == .activation(.tanh) }.count == 3)
    #expect(network.outputs == 10)
  }

  @Test func sizesMakeFullyConnectedLayers() throws {
    let network = try NetworkDescription(parsing: "784-256-128-10", image: mnist, classes: 10)
    #expect(
      network.layers == [
        .fullyConnected(outputs: 256), .activation(.sigmoid), .fullyConnected(outputs: 128),
        .activation(.sigmoid), .fullyConnected(outputs: 10),
      ])
    let other = try NetworkDescription(
      parsing: "64-32-10", activation: .relu, image: digits, classes: 10)
    #expect(other.layers[1] == .activation(.relu))
  }

  @Test(arguments: [
    ("64", TrainingDataError.Code.unknownName), ("", .unknownName), ("resnet", .unknownName),
    ("64-", .unknownName), ("-64-10", .unknownName), ("64--10", .unknownName),
    ("64-+5-10", .unknownName), ("64-1e2-10", .unknownName),
    ("64-99999999999999999999-10", .unknownName),
    ("65-32-10", .wrongSize), ("64-32-9", .wrongSize), ("lenet5", .wrongSize),
    ("64-0-10", .badValue), ("64-70000-10", .badValue), ("64-65536-65536-10", .badValue),
  ])
  func textsThatAreNoNetworkAreRefused(text: String, code: TrainingDataError.Code) {
    let error = #expect(throws: TrainingDataError.self) {
      try NetworkDescription(parsing: text, image: digits, classes: 10)
    }
    #expect(error?.code == code, "\(String(describing: error))")
  }

  @Test(arguments: [
    [NetworkLayer](), [.activation(.tanh)], [.fullyConnected(outputs: 3), .activation(.tanh)],
    [.maxPool(size: 9), .fullyConnected(outputs: 3)],
    [.maxPool(size: 0), .fullyConnected(outputs: 3)],
    [.convolution(channels: 2, kernel: 9), .fullyConnected(outputs: 3)],
    [.convolution(channels: 0, kernel: 2), .fullyConnected(outputs: 3)],
    [.convolution(channels: 2, kernel: 2, stride: 0), .fullyConnected(outputs: 3)],
    [.convolution(channels: 2, kernel: 2, padding: 2), .fullyConnected(outputs: 3)],
    [.convolution(channels: 2, kernel: 2, padding: -1), .fullyConnected(outputs: 3)],
    [.convolution(channels: Int.max, kernel: Int.max), .fullyConnected(outputs: 3)],
    [.convolution(channels: 2, kernel: 65536, padding: 65535), .fullyConnected(outputs: 3)],
    [.fullyConnected(outputs: 0)], [.fullyConnected(outputs: -1)],
  ])
  func layersThatCannotBeAreRefused(layers: [NetworkLayer]) throws {
    #expect(throws: TrainingDataError.self) {
      try NetworkDescription(image: digits, layers: layers)
    }
    // A file cannot bring in what the initializer refuses.
    let stored = try JSONEncoder().encode(layers)
    let text = #"{"image": {"channels": 1, "height": 8, "width": 8}, "layers": "#
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        NetworkDescription.self,
        from: Data((text + String(decoding: stored, as: UTF8.self) + "}").utf8))
    }
  }

  @Test func aDescriptionIsStored() throws {
    let network = try NetworkDescription(parsing: "lenet5", image: mnist, classes: 10)
    let stored = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(NetworkDescription.self, from: stored) == network)
  }
}
