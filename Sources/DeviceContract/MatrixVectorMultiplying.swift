/// A device that multiplies a region with a vector in one read.
public protocol MatrixVectorMultiplying: PulseDevice {
  /// The sum over the columns of weight times input, for every row of the region; or, transposed, over the rows, for
  /// every column.
  ///
  /// # Contract
  /// - **Ordering**: after every train that was applied before.
  /// - **Charged**: no pulse; a read leaves every state as it was.
  /// - **Rounded**: inputs to ``ProductUnit/input``, sums to ``ProductUnit/sum``: boards have no floating point.
  /// - **Idempotent** but for the read noise.
  /// - **On cancel, on time-out, on a lost link**: throws, and gives no part of a result.
  ///
  /// - Parameters:
  ///   - region: the cells.
  ///   - inputs: one number a column, transposed one a row, each from -1 to 1.
  ///   - transposed: whether rows are summed over, and not columns.
  /// - Returns: one number a row, transposed one a column, in weights.
  /// - Throws: ``DeviceError/Code/refused`` if the region or the inputs do not fit, or the device multiplies nothing.
  func multiply(
    _ region: CellRegion, by inputs: [Float], transposed: Bool
  ) async throws(DeviceError) -> [Float]
}

extension MatrixVectorMultiplying {
  /// The sum over the columns of weight times input, for every row of the region.
  public func multiply(
    _ region: CellRegion, by inputs: [Float]
  ) async throws(DeviceError) -> [Float] {
    try await multiply(region, by: inputs, transposed: false)
  }
}

/// The units in which devices take the inputs of products, and give their sums.
public enum ProductUnit {
  /// Units in an input of 1.
  public static let input: Float = 32_767
  /// Units in a sum of weights of 1.
  public static let sum = 1e9

  /// A sum in weights.
  public static func weight(_ count: Int64) -> Float { Float(Double(count) / sum) }
}

extension Capabilities {
  /// Checks that a product can be made.
  ///
  /// - Returns: the inputs in ``ProductUnit/input``.
  /// - Throws: ``DeviceError/Code/refused`` with the number of inputs that is needed.
  public func checkProduct(
    _ region: CellRegion, by inputs: [Float], transposed: Bool
  ) throws(DeviceError) -> [Int16] {
    try check(region)
    let lines = transposed ? region.rows.count : region.columns.count
    guard inputs.count == lines, inputs.allSatisfy({ abs($0) <= 1 }) else {
      throw .refused(
        "\(identity.model) \(identity.serialNumber): a product needs one number from -1 to 1 for each of "
          + "the \(lines) \(transposed ? "rows" : "columns"); \(inputs.count) were given, or one is no "
          + "such number")
    }
    return inputs.map { Int16(($0 * ProductUnit.input).rounded()) }
  }
}
