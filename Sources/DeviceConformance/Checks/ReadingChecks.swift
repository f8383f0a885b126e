import DeviceContract

extension ConformanceCheck {
  /// Reads give what was asked for and disturb nothing.
  static let reading = [
    ConformanceCheck(
      "reads-do-not-disturb", "A read costs no pulse and leaves every state as it was."
    ) { probe in
      let averages = min(64, probe.capabilities.converter.mostAverages)
      let request = ReadRequest(region: probe.smallRegion, averages: averages)
      try await probe.expectNoPulse {
        let first = try await probe.device.read(request)
        for _ in 0..<20 { _ = try await probe.device.read(request) }
        let last = try await probe.device.read(request)
        // Six standard errors of a difference of two averages, and a step of the converter.
        let converter = probe.capabilities.converter
        let noise = converter.noise * (2 / Double(averages)).squareRoot()
        for (a, b) in zip(first.weights, last.weights) {
          try probe.expect(
            abs(Double(a) - Double(b)) <= 6 * noise + converter.step + 1e-6,
            "twenty reads moved a weight from \(a) to \(b)")
        }
      }
    },
    ConformanceCheck(
      "readings-complete", "A reading holds one finite weight a cell of the region asked for."
    ) { probe in
      for region in [probe.smallRegion, probe.capabilities.whole()] {
        let reading = try await probe.device.read(ReadRequest(region: region))
        try probe.expect(reading.region == region, "the reading is of \(reading.region)")
        try probe.expect(
          reading.weights.count == region.count && reading.weights.allSatisfy(\.isFinite),
          "\(reading.weights.count) weights for \(region.count) cells, or one is not finite")
      }
    },
    ConformanceCheck(
      "read-refusals", "Reads outside the array, or of more samples than possible, are refused."
    ) { probe in
      let outside = CellRegion(
        rows: 0..<Row(probe.capabilities.rows + 1), columns: 0..<1)
      let requests = [
        ReadRequest(region: outside), ReadRequest(region: probe.smallRegion, averages: 0),
        ReadRequest(
          region: probe.smallRegion, averages: probe.capabilities.converter.mostAverages + 1),
      ]
      for request in requests {
        do {
          _ = try await probe.device.read(request)
        } catch let error as DeviceError {
          try probe.expect(error.code == .refused, "thrown \(error.code) instead of a refusal")
          continue
        }
        throw ConformanceFailure(
          explanation: "a read of \(request.averages) samples of \(request.region) was not refused")
      }
    },
    ConformanceCheck(
      "scheduled-reads", "The reads of a train are in its receipt, in order, the last one last."
    ) { probe in
      try probe.need(.uniform)
      var train = probe.train(.uniform(.up, count: 10))
      train.reads = .init(everySteps: 4)
      let receipt = try await probe.applyAndCount(train)
      try probe.expect(
        receipt.readings.map(\.afterSteps) == [4, 8, 10],
        "reads every 4 of 10 steps came after \(receipt.readings.map(\.afterSteps))")
      for reading in receipt.readings {
        try probe.expect(
          reading.region == train.region && reading.weights.count == train.region.count,
          "a scheduled read is of another region")
      }
    },
  ]
}
