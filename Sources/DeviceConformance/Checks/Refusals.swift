import DeviceContract
import PhysicalUnits

extension ConformanceCheck {
  /// What the capabilities exclude is refused by name, before the first pulse.
  static let refusals = [
    refusal("region-outside", "A region that reaches outside the array is refused.") { probe in
      let (rows, columns) = (probe.capabilities.rows, probe.capabilities.columns)
      return [
        CellRegion(rows: 0..<Row(rows + 1), columns: 0..<1),
        CellRegion(rows: 0..<1, columns: 0..<Column(columns + 1)),
        CellRegion(rows: Row(-1)..<1, columns: 0..<1),
        CellRegion(tile: Tile(probe.capabilities.tiles), rows: 0..<1, columns: 0..<1),
        CellRegion(rows: 0..<0, columns: 0..<1),
      ].map { probe.train(.uniform(.up, count: 1), on: $0) }
    },
    refusal("shape-outside", "A shape outside the settable ranges is refused, never clipped.") {
      probe in
      let capabilities = probe.capabilities
      let changes: [(inout PulseShape) -> Void] = [
        { $0.amplitude = capabilities.amplitude.highest + capabilities.amplitude.step * 2 },
        { $0.amplitude = Volts(.nan) },
        { $0.width = capabilities.width.longest + capabilities.width.step * 2 },
        { $0.period = capabilities.period.longest + capabilities.period.step * 2 },
        { $0.compliance = Amperes(1.2345e-7) },
      ]
      return changes.map { change in
        var train = probe.train(probe.anyPattern)
        change(&train.shape)
        return train
      }
    },
    refusal("kind-or-scheme-missing", "Kinds and bias schemes that are not listed are refused.") {
      probe in
      let capabilities = probe.capabilities
      let cells = probe.smallRegion.count
      let patterns: [PulseTrain.Pattern] = [
        .uniform(.up, count: 1), .alternating(pairs: 1), .counts(Array(repeating: 1, count: cells)),
        .outerProduct(
          rowLines: probe.smallRegion.rows.map { _ in BitLine(slots: [0]) },
          columnLines: probe.smallRegion.columns.map { _ in BitLine(slots: [0]) }, slots: 1),
      ]
      var trains = patterns.map { probe.train($0) }
        .filter { !capabilities.trainKinds.contains($0.kind) }
      for scheme in BiasScheme.allCases where !capabilities.biasSchemes.contains(scheme) {
        var train = probe.train(probe.anyPattern)
        train.scheme = scheme
        trains.append(train)
      }
      return trains
    },
    refusal("malformed-pattern", "Patterns that do not fit their region are refused.") { probe in
      let cells = probe.smallRegion.count
      return [
        probe.train(.counts(Array(repeating: 1, count: cells + 1))),
        probe.train(.counts([])),
        probe.train(.uniform(.up, count: -1)),
        probe.train(
          .outerProduct(rowLines: [], columnLines: [BitLine(slots: [0])], slots: 1)),
      ]
    },
    refusal("train-too-long", "A train of more slots than the longest one is refused whole.") {
      probe in
      [probe.train(.uniform(.up, count: probe.capabilities.longestTrain + 1))]
    },
  ]

  /// A check that every train of a list is refused and costs no pulse.
  private static func refusal(
    _ name: String, _ requirement: String,
    trains: @escaping @Sendable (ConformanceProbe) throws -> [PulseTrain]
  ) -> ConformanceCheck {
    ConformanceCheck(name, requirement) { probe in
      let trains = try trains(probe)
      guard !trains.isEmpty else {
        throw NotApplicable(explanation: "the device excludes nothing here")
      }
      for train in trains {
        try await probe.expectNoPulse {
          do {
            _ = try await probe.device.apply(train)
          } catch let error as DeviceError {
            try probe.expect(
              error.code == .refused && error.fired == 0...0,
              "\(train.kind.rawValue) on \(train.region): thrown \(error.code) with "
                + "\(error.fired) pulses instead of a refusal")
            return
          }
          throw ConformanceFailure(
            explanation: "\(train.kind.rawValue) on \(train.region) was not refused")
        }
      }
    }
  }
}
