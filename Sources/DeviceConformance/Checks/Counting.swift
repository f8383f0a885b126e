import DeviceContract

extension ConformanceCheck {
  /// Counts fired against counts commanded, for every kind of train.
  static let counting = [
    ConformanceCheck(
      "uniform-counts", "A uniform train fires its count of one polarity on every cell."
    ) { probe in
      try probe.need(.uniform)
      for polarity in Polarity.allCases {
        for count in [1, 7, 64] {
          try await probe.applyAndCount(probe.train(.uniform(polarity, count: count)))
        }
      }
    },
    ConformanceCheck(
      "alternating-counts", "An alternating train fires as many up as down pulses on every cell."
    ) { probe in
      try probe.need(.alternating)
      for pairs in [1, 5, 33] {
        try await probe.applyAndCount(probe.train(.alternating(pairs: pairs)))
      }
    },
    ConformanceCheck(
      "map-counts", "A count map fires each cell's own count, and none where it is 0."
    ) { probe in
      try probe.need(.counts)
      let cells = probe.smallRegion.count
      let map = (0..<cells).map { Int16(($0 * 5) % 11 - 5) }
      try await probe.applyAndCount(probe.train(.counts(map)))
      try await probe.applyAndCount(probe.train(.counts(Array(repeating: 0, count: cells))))
    },
    ConformanceCheck(
      "outer-product-counts",
      "An outer product fires a cell in each slot in which its row and its column both fire."
    ) { probe in
      try probe.need(.outerProduct)
      let region = probe.smallRegion
      // More than a word of bits where the device takes as many.
      let slots = min(70, (probe.device as? any OuterProductPulsing)?.longestBitLine ?? 70)
      let rows = (0..<region.rows.count).map { row in
        BitLine(isNegative: row % 2 == 1, slots: (0..<slots).filter { $0 % (row + 2) == 0 })
      }
      let columns = (0..<region.columns.count).map { column in
        BitLine(isNegative: column % 3 == 1, slots: (0..<slots).filter { $0 % (column + 3) < 2 })
      }
      try await probe.applyAndCount(
        probe.train(.outerProduct(rowLines: rows, columnLines: columns, slots: slots)))
    },
    ConformanceCheck("empty-train", "A train of no pulses is allowed and fires none.") { probe in
      try probe.need(.uniform)
      try await probe.applyAndCount(probe.train(.uniform(.down, count: 0)))
    },
    ConformanceCheck(
      "polarity-moves-weights", "Up pulses raise the weight, down pulses lower it."
    ) { probe in
      if probe.subject.isDry {
        throw NotApplicable(explanation: "nothing is fired, so that no weight moves")
      }
      try probe.need(.uniform)
      // Enough pulses for the mean of several noisy cells; a stuck cell may stay where it is.
      let count = min(200, probe.subject.pulsesPerCell / 20)
      var means: [Double] = []
      for polarity in [Polarity.down, .up, .down] {
        try await probe.applyAndCount(probe.train(.uniform(polarity, count: count)))
        let reading = try await probe.device.read(
          ReadRequest(
            region: probe.smallRegion, averages: min(16, probe.capabilities.converter.mostAverages))
        )
        means.append(reading.weights.reduce(0) { $0 + Double($1) } / Double(reading.weights.count))
      }
      try probe.expect(
        means[1] > means[0] && means[2] < means[1],
        "mean weights after down, up, down trains of \(count): \(means)")
    },
  ]
}
