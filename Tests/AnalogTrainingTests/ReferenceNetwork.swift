import AnalogTraining
import Foundation

/// The loss of a network in double precision, by the definitions alone and sharing no code with what it checks.
struct ReferenceNetwork {
  let image: ImageShape
  let layers: [NetworkLayer]
  var weights: [[Double]]
  var biases: [[Double]]

  /// The mean of -log(softmax) over images.
  func loss(_ images: [[Double]], _ labels: [Int]) -> Double {
    var sum = 0.0
    for (image, label) in zip(images, labels) {
      let outputs = outputs(image)
      sum += log(outputs.map { exp($0) }.reduce(0, +)) - outputs[label]
    }
    return sum / Double(labels.count)
  }

  func outputs(_ image: [Double]) -> [Double] {
    var (values, weighted) = (image, 0)
    var (channels, height, width) = (self.image.channels, self.image.height, self.image.width)
    for layer in layers {
      switch layer {
      case .activation(.sigmoid): values = values.map { 1 / (1 + exp(-$0)) }
      case .activation(.tanh): values = values.map { Foundation.tanh($0) }
      case .activation(.relu): values = values.map { max(0, $0) }
      case .fullyConnected(let outputs):
        let matrix = weights[weighted]
        values = (0..<outputs).map { row in
          var sum = biases[weighted][row]
          for (column, value) in values.enumerated() {
            sum += matrix[row * values.count + column] * value
          }
          return sum
        }
        weighted += 1
        (channels, height, width) = (outputs, 1, 1)
      case .convolution(let outputs, let kernel, let padding, let stride):
        let (down, across) = (
          (height + 2 * padding - kernel) / stride + 1, (width + 2 * padding - kernel) / stride + 1
        )
        let matrix = weights[weighted]
        var result: [Double] = []
        for output in 0..<outputs {
          for y in 0..<down {
            for x in 0..<across {
              var sum = biases[weighted][output]
              for channel in 0..<channels {
                for i in 0..<kernel {
                  for j in 0..<kernel {
                    let (row, column) = (y * stride + i - padding, x * stride + j - padding)
                    guard row >= 0, row < height, column >= 0, column < width else { continue }
                    sum +=
                      matrix[((output * channels + channel) * kernel + i) * kernel + j]
                      * values[(channel * height + row) * width + column]
                  }
                }
              }
              result.append(sum)
            }
          }
        }
        values = result
        weighted += 1
        (channels, height, width) = (outputs, down, across)
      case .maxPool(let size):
        let (down, across) = (height / size, width / size)
        var result: [Double] = []
        for channel in 0..<channels {
          for y in 0..<down {
            for x in 0..<across {
              var largest = -Double.infinity
              for i in 0..<size {
                for j in 0..<size {
                  let place = (channel * height + y * size + i) * width + x * size + j
                  largest = max(largest, values[place])
                }
              }
              result.append(largest)
            }
          }
        }
        values = result
        (height, width) = (down, across)
      }
    }
    return values
  }
}
