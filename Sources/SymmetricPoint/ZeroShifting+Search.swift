public import DeviceContract
public import PulseLedger

extension ZeroShifting: SymmetricPointSearch {
  /// What records call it, such as "zero-shifting cyclic tail".
  public var name: String {
    switch estimator {
    case .lastIterate: "zero-shifting \(variant.rawValue)"
    case .tailAverage: "zero-shifting \(variant.rawValue) tail"
    }
  }

  /// Runs the search; see ``SymmetricPointSearch/run(on:region:progress:)``.
  ///
  /// Every cell gets all pulses: none is done before the others.
  public func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (SearchProgress) async -> Void
  ) async throws(DeviceError) -> SearchResult {
    let cells = region.count
    let (record, stop) = try await measure(on: device, region: region) { pulses in
      let entry = marks.firstIndex(of: pulses).map { $0 + 1 } ?? 0
      await progress(Self.progress(entry, pulses: pulses, cells: cells))
    }
    let counts = await device.counts(of: region, cause: .calibrate)
    var course = record.pulses.enumerated().map {
      Self.progress($0.offset, pulses: $0.element, cells: cells)
    }
    if stop == nil { course[course.count - 1].done = cells }
    let estimates = estimates(record, counts: counts, of: device.capabilities)
    return SearchResult(
      region: region, estimates: estimates, reads: course[course.count - 1].reads,
      innovationRatio: 1, course: course, cells: courses(record),
      trace: trace(record), stoppedBy: stop)
  }

  /// The states of some cells on the way.
  private func trace(_ record: RelaxationRecord) -> SearchTrace {
    var trace = SearchTrace(of: Array(record.last.indices))
    for states in record.states.dropFirst() { trace.append { states[$0] } }
    return trace
  }

  /// The states of a few cells on the way; intervals come from the whole record, and stand at its end alone.
  private func courses(_ record: RelaxationRecord) -> [CellCourse] {
    CellCourse.chosen(of: Array(record.last.indices)).map { cell in
      var course = CellCourse(cell: cell)
      for (pulses, states) in zip(record.pulses, record.states) {
        course.append(.init(pulses: pulses, value: states[cell], halfWidth: nil))
      }
      return course
    }
  }

  /// The state of progress at an entry of the record: two reads each, but for the first.
  private static func progress(_ entry: Int, pulses: Int, cells: Int) -> SearchProgress {
    SearchProgress(done: 0, cells: cells, pulses: pulses * cells, reads: 2 * entry + 1)
  }
}
