import DeviceContract

extension ConformanceCheck {
  /// Trains that end early, and trains that are asked for at once.
  static let stopping = [
    ConformanceCheck(
      "cancelled-before", "A call that is cancelled before it begins fires nothing and says so."
    ) { probe in
      let train = probe.train(probe.anyPattern)
      try await probe.expectNoPulse {
        let task = Task {
          while !Task.isCancelled { await Task.yield() }
          _ = try await probe.device.apply(train)
        }
        task.cancel()
        guard case .failure(let error) = await task.result, let error = error as? DeviceError,
          error.code == .interrupted, error.fired == 0...0
        else {
          throw ConformanceFailure(explanation: "it did not throw `interrupted` with 0 fired")
        }
      }
    },
    ConformanceCheck(
      "cancelled-in-the-middle",
      "On cancel a train stops at a pulse boundary with the exact count, per polarity and per cell."
    ) { probe in
      try probe.need(.alternating)
      let region = probe.capabilities.whole()
      let pairs = min(
        probe.subject.pulsesPerCell / 4, probe.capabilities.longestTrain / 2, 1_000_000)
      let train = probe.train(.alternating(pairs: pairs), on: region)
      let before = try await probe.device.odometer(of: region)
      let task = Task { try await probe.device.apply(train) }
      try await Task.sleep(for: .milliseconds(2))
      task.cancel()
      let result = await task.result
      let fired = try await probe.device.odometer(of: region) - before
      switch result {
      case .success(let receipt):
        // It was faster than the cancel; then it must have run whole.
        try probe.expect(
          receipt.fired == train.totals && fired == train.cellCounts,
          "the train returned without an error but did not run whole")
      case .failure(let error as DeviceError):
        guard error.code == .interrupted, let partial = error.partial, let cells = partial.cells
        else { throw ConformanceFailure(explanation: "thrown \(error.code) without exact counts") }
        try probe.expect(
          partial.fired == fired.totals && error.fired == fired.totals.all...fired.totals.all,
          "the error counts \(probe.describe(partial.fired)) and \(error.fired), the odometer "
            + "\(probe.describe(fired.totals))")
        try probe.expect(cells == fired, "the partial counts of cells differ from the odometer")
      case .failure(let error): throw error
      }
    },
    ConformanceCheck(
      "trains-run-whole", "Trains that are asked for at the same time are all fired, each once."
    ) { probe in
      try probe.need(.uniform)
      let region = probe.smallRegion
      let before = try await probe.device.odometer(of: region)
      let train = probe.train(.uniform(.up, count: 5))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            let receipt = try await probe.device.apply(train)
            try probe.expect(receipt.fired == train.totals, "a receipt mixes two trains")
          }
        }
        try await group.waitForAll()
      }
      let fired = try await probe.device.odometer(of: region) - before
      try probe.expect(
        fired == CellCounts(cells: region.count, up: 40),
        "eight trains of 5 pulses counted \(fired.up)")
    },
  ]
}
