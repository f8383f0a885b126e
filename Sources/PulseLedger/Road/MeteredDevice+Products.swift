public import DeviceContract
import PhysicalUnits

extension MeteredDevice: MatrixVectorMultiplying {
  /// Whether the device behind multiplies regions with vectors, if its kind does.
  public nonisolated var multiplies: Bool { device is any MatrixVectorMultiplying }

  /// Multiplies a region with a vector after every train before; see ``MatrixVectorMultiplying``.
  ///
  /// Counted, and not written down: what a product found is gone with the process. An interrupted run that made
  /// products cannot be gone on with beyond the first, since the states that they saw are gone.
  ///
  /// - Throws: ``DeviceError/Code/refused`` where the device multiplies nothing, ``DeviceError/Code/readingLost`` where
  ///   an interrupted run is still being answered, and what the device throws.
  public func multiply(
    _ region: CellRegion, by inputs: [Float], transposed: Bool
  ) async throws(DeviceError) -> [Float] {
    await takeTurn()
    defer { turns.give() }
    guard let multiplier = device as? any MatrixVectorMultiplying else {
      throw .refused(
        "\(capabilities.identity.model) \(capabilities.identity.serialNumber) multiplies nothing; read "
          + "the weights instead")
    }
    guard replay == nil else {
      books.account.readsLost += 1
      throw DeviceError(
        code: .readingLost,
        explanation:
          "a product of \(region) that the interrupted run made was not written down, and the state that "
          + "it saw is gone, so that it cannot be gone on with; nothing was fired. Begin a new run")
    }
    let sums = try await multiplier.multiply(region, by: inputs, transposed: transposed)
    books.account.products += 1
    books.account.time += capabilities.converter.duration(of: region, averages: 1)
    return sums
  }
}
