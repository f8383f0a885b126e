import TrainingKernels

/// A square that goes over images: the patches of a convolution, the squares of a pooling.
struct SlidingWindow {
  private let kernel: training_window
  private let image: ImageShape
  /// The number of places where the square stands in an image.
  let positions: Int

  init(over image: ImageShape, into output: ImageShape, size: Int, padding: Int, stride: Int) {
    self.image = image
    positions = output.height * output.width
    kernel = training_window(
      channels: Int32(image.channels), height: Int32(image.height), width: Int32(image.width),
      size: Int32(size), padding: Int32(padding), stride: Int32(stride),
      out_height: Int32(output.height), out_width: Int32(output.width))
  }

  /// The values of a patch.
  private var patch: Int { image.channels * Int(kernel.size) * Int(kernel.size) }

  /// One row a position of each image: channel after channel, in each row after row.
  func patches(of images: Matrix) -> Matrix {
    precondition(images.columns == image.count, "images of the size of the window")
    var out = Matrix(rows: images.rows * positions, columns: patch)
    images.values.withUnsafeBufferPointer { images in
      out.values.withUnsafeMutableBufferPointer { out in
        training_patches(images.baseAddress, rows(of: images), kernel, out.baseAddress)
      }
    }
    return out
  }

  /// The sum, for each pixel, of what stands for it in all patches.
  func images(summing patches: Matrix) -> Matrix {
    precondition(
      patches.columns == patch && patches.rows % positions == 0, "patches of the window")
    var out = Matrix(rows: patches.rows / positions, columns: image.count)
    patches.values.withUnsafeBufferPointer { patches in
      out.values.withUnsafeMutableBufferPointer { out in
        training_sum_patches(patches.baseAddress, rows(of: out), kernel, out.baseAddress)
      }
    }
    return out
  }

  /// The largest value of each square, and where in its image it stands.
  func largest(of images: Matrix) -> (values: Matrix, places: [Int32]) {
    precondition(images.columns == image.count, "images of the size of the window")
    var out = Matrix(rows: images.rows, columns: image.channels * positions)
    var places = [Int32](repeating: 0, count: out.values.count)
    images.values.withUnsafeBufferPointer { images in
      out.values.withUnsafeMutableBufferPointer { out in
        places.withUnsafeMutableBufferPointer { places in
          training_pool(
            images.baseAddress, rows(of: images), kernel, out.baseAddress, places.baseAddress)
        }
      }
    }
    return (out, places)
  }

  /// Deltas of the largest values, put where they stood.
  func images(placing deltas: Matrix, at places: [Int32]) -> Matrix {
    precondition(
      deltas.columns == image.channels * positions && places.count == deltas.values.count,
      "deltas of the window")
    var out = Matrix(rows: deltas.rows, columns: image.count)
    deltas.values.withUnsafeBufferPointer { deltas in
      out.values.withUnsafeMutableBufferPointer { out in
        training_unpool(deltas.baseAddress, places, rows(of: out), kernel, out.baseAddress)
      }
    }
    return out
  }

  private func rows(of images: some Collection<Float>) -> Int32 {
    Int32(images.count / image.count)
  }
}
