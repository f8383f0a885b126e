public import DeviceContract
public import PulseLedger
public import SymmetricPoint

/// Zero-shifting as one search among others.
public struct ZeroShiftingSearch: SymmetricPointSearch {
  /// How pulses are fired and read.
  public var shifting: ZeroShifting

  /// A search that shifts.
  public init(_ shifting: ZeroShifting) { self.shifting = shifting }

  /// What records call it.
  public var name: String {
    switch shifting.variant {
    case .stochastic: CalibrationMethod.zeroShift.rawValue
    case .cyclic: CalibrationMethod.zeroShiftCyclic.rawValue
    }
  }

  /// What it will cost.
  public func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    shifting.quote(on: region, of: capabilities)
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void = { _ in }
  ) async throws(DeviceError) -> SearchResult {
    let cells = region.count
    let stand = { @Sendable (pulses: Int, reads: Int) in
      SearchProgress(done: 0, cells: cells, pulses: pulses * cells, reads: reads)
    }
    let found = try await shifting.run(on: device, region: region) { pulses in
      await progress(stand(pulses, 0))
    }
    let course = found.record.pulses.indices.map { entry in
      // Two reads an entry: before and after its last pulse.
      stand(found.record.pulses[entry], entry == 0 ? 1 : 1 + 2 * entry)
    }
    return SearchResult(
      region: region, estimates: found.estimates, reads: course.last?.reads ?? 1,
      innovationRatio: 1, course: course, stoppedBy: found.stoppedBy)
  }
}
