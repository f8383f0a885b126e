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
    try await multiply([ProductRequest(region: region, inputs: inputs, transposed: transposed)])[0]
  }

  /// Makes products one after the other, after every train before them, and nothing else in between.
  ///
  /// - Returns: the sums of each.
  /// - Throws: as ``multiply(_:by:transposed:)``; products behind one that fails are not made.
  public func multiply(
    _ requests: [ProductRequest]
  ) async throws(DeviceError) -> [[Float]] {
    guard let region = requests.first?.region else { return [] }
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
    var sums: [[Float]] = []
    sums.reserveCapacity(requests.count)
    for request in requests {
      sums.append(
        try await multiplier.multiply(
          request.region, by: request.inputs, transposed: request.transposed))
      books.account.products += 1
      books.account.time += capabilities.converter.duration(of: request.region, averages: 1)
    }
    return sums
  }
}

/// A product of a region with a vector; see ``MatrixVectorMultiplying``.
public struct ProductRequest: Sendable, Hashable {
  /// The cells.
  public var region: CellRegion
  /// One number a column, transposed one a row, each from -1 to 1.
  public var inputs: [Float]
  /// Whether rows are summed over, and not columns.
  public var transposed: Bool

  /// Describes a product.
  public init(region: CellRegion, inputs: [Float], transposed: Bool = false) {
    (self.region, self.inputs, self.transposed) = (region, inputs, transposed)
  }
}
