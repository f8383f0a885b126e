import DeviceContract
import PhysicalUnits

extension ConformanceCheck {
  /// What a device keeps that numbers its trains.
  static let journaling = [
    ConformanceCheck(
      "numbers-consecutive", "A train is taken only under the number after the last one."
    ) { probe in
      let device = try probe.journaled()
      let train = probe.train(probe.anyPattern)
      let first = try await device.history()
      _ = try await device.apply(train, number: first.last + 1)
      let last = try await device.history().last
      try probe.expect(
        last == first.last + 1, "the last train is \(last) after train \(first.last + 1)")
      for number: UInt64 in [0, last, last + 2, last + 1000] {
        try await probe.expectNoPulse {
          try await probe.expectRefusal("train \(number) after train \(last)") {
            _ = try await device.apply(train, number: number)
          }
        }
        let now = try await device.history().last
        try probe.expect(now == last, "train \(number) was refused but used a number up")
      }
    },
    ConformanceCheck(
      "history-agrees", "History and outcomes say what the receipts and the odometer say."
    ) { probe in
      let device = try probe.journaled()
      let before = try await device.history()
      var fired = before.pulses
      var clock = before.clock
      for count in 0..<4 {
        var train = probe.train(probe.anyPattern)
        if probe.capabilities.trainKinds.contains(.uniform) {
          train.pattern = .uniform(count % 2 == 0 ? .up : .down, count: count)
        }
        // Of its own accord the device takes the next number.
        let receipt = try await device.apply(train)
        fired += receipt.fired
        let history = try await device.history()
        let number = before.last + UInt64(count) + 1
        try probe.expect(
          history.epoch == before.epoch && history.last == number,
          "the history stands at train \(history.last) instead of \(number), or in another epoch")
        try probe.expect(
          history.pulses == fired,
          "the history counts \(probe.describe(history.pulses)), the receipts "
            + probe.describe(fired))
        try probe.expect(history.clock >= clock, "the clock runs back to \(history.clock)")
        clock = history.clock
        try probe.expect(
          receipt.odometer == nil || receipt.odometer == fired,
          "the receipt's odometer is \(receipt.odometer.map(probe.describe) ?? "")")
        guard let outcome = try await device.outcome(of: number) else {
          throw ConformanceFailure(explanation: "the outcome of train \(number) is not kept")
        }
        try probe.expect(
          outcome.number == number && outcome.digest == train.digest
            && outcome.steps == train.steps && outcome.fired == receipt.fired
            && outcome.uncertain == 0 && outcome.uncertainSteps == 0,
          "the outcome of train \(number) is \(outcome)")
      }
      let history = try await device.history()
      try probe.expect(
        history.oldestKept <= history.last, "the last train's outcome is not kept")
      let next = try await device.outcome(of: history.last + 1)
      try probe.expect(next == nil, "a train that was never given has an outcome")
    },
    ConformanceCheck(
      "digests-agree", "The checksums of the odometer are those of its counts."
    ) { probe in
      let device = try probe.journaled()
      _ = try await device.apply(probe.train(probe.anyPattern))
      for tile in 0..<probe.capabilities.tiles {
        let counts = try await device.odometer(of: probe.capabilities.whole(tile: Tile(tile)))
        let digests = try await device.odometerDigests(of: Tile(tile))
        try probe.expect(
          digests == OdometerDigests(of: counts),
          "the checksums of tile \(tile) differ from those of its counts in cells "
            + "\(digests.differingCells(from: OdometerDigests(of: counts), cells: counts.up.count))"
        )
      }
    },
    ConformanceCheck(
      "refusal-uses-number", "A train that is refused under its number uses it up with no pulse."
    ) { probe in
      let device = try probe.journaled()
      var train = probe.train(probe.anyPattern)
      let amplitude = probe.capabilities.amplitude
      train.shape.amplitude = amplitude.highest + amplitude.step * 2
      let number = try await device.history().last + 1
      try await probe.expectNoPulse {
        try await probe.expectRefusal("a train beyond the highest amplitude") { [train] in
          _ = try await device.apply(train, number: number)
        }
      }
      let outcome = try await device.outcome(of: number)
      try probe.expect(
        outcome?.steps == 0 && outcome?.fired == PulseTotals() && outcome?.uncertain == 0,
        "the outcome of the refused train is \(outcome.map { "\($0)" } ?? "not kept")")
      _ = try await device.apply(probe.train(probe.anyPattern), number: number + 1)
    },
    ConformanceCheck(
      "interruption-is-kept", "The outcome of an interrupted train has the steps that were fired."
    ) { probe in
      let device = try probe.journaled()
      try probe.need(.alternating)
      let pairs = min(
        probe.subject.pulsesPerCell / 4, probe.capabilities.longestTrain / 2, 1_000_000)
      let train = probe.train(.alternating(pairs: pairs), on: probe.capabilities.whole())
      let number = try await device.history().last + 1
      let task = Task { try await device.apply(train, number: number) }
      try await Task.sleep(for: .milliseconds(2))
      task.cancel()
      let result = await task.result
      let last = try await device.history().last
      if last == number - 1 {
        // The cancel was faster than the train; then nothing may have been fired.
        guard case .failure(let error as DeviceError) = result, error.fired == 0...0 else {
          throw ConformanceFailure(explanation: "a train was fired and used up no number")
        }
        return
      }
      guard let outcome = try await device.outcome(of: number) else {
        throw ConformanceFailure(explanation: "the outcome of the train is not kept")
      }
      let fired: PulseTotals
      switch result {
      case .success(let receipt): fired = receipt.fired
      case .failure(let error as DeviceError):
        guard error.code == .interrupted, let partial = error.partial else {
          throw ConformanceFailure(explanation: "thrown \(error.code) without counts")
        }
        fired = partial.fired
      case .failure(let error): throw error
      }
      try probe.expect(
        outcome.digest == train.digest && outcome.fired == fired
          && outcome.steps.isMultiple(of: 2) && train.first(steps: outcome.steps).totals == fired,
        "fired were \(probe.describe(fired)) pulses; the outcome is \(outcome)")
    },
  ]
}

extension ConformanceProbe {
  /// The device, if it numbers its trains.
  fileprivate func journaled() throws -> any JournaledDevice {
    guard let device = device as? any JournaledDevice else {
      throw NotApplicable(explanation: "the device does not number its trains")
    }
    return device
  }
}
