/// A device that multiplies a region with a vector in one read.
public protocol MatrixVectorMultiplying: PulseDevice {
  /// The sum over the columns of weight times input, for every row of the region.
  ///
  /// # Contract
  /// - **Ordering**: after every train that was applied before.
  /// - **Charged**: no pulse; a read leaves every state as it was.
  /// - **Idempotent** but for the read noise.
  /// - **On cancel, on time-out, on a lost link**: throws, and gives no part of a result.
  ///
  /// - Parameters:
  ///   - region: the cells.
  ///   - input: one number a column, each from -1 to 1.
  /// - Returns: one number a row, in weights.
  /// - Throws: ``DeviceError/Code/refused`` if the region or the input does not fit.
  func multiply(_ region: CellRegion, by input: [Float]) async throws(DeviceError) -> [Float]
}
