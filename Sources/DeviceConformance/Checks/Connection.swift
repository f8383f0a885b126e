import DeviceContract

extension ConformanceCheck {
  /// What holds before anything is asked.
  static let connection = [
    ConformanceCheck(
      "connect-fires-nothing", "Making or connecting a device fires nothing."
    ) { probe in
      var counts: [CellCounts] = []
      for tile in 0..<probe.capabilities.tiles {
        counts.append(
          try await probe.device.odometer(of: probe.capabilities.whole(tile: Tile(tile))))
      }
      let again = try await probe.subject.connect()
      for tile in 0..<probe.capabilities.tiles {
        let now = try await again.odometer(of: probe.capabilities.whole(tile: Tile(tile)))
        try probe.expect(
          now == counts[tile], "connecting again changed the pulse counts of tile \(tile)")
      }
    },
    ConformanceCheck(
      "capabilities-consistent", "What the device reports of itself does not contradict itself."
    ) { probe in
      let capabilities = probe.capabilities
      try probe.expect(
        capabilities.tiles > 0 && capabilities.rows > 0 && capabilities.columns > 0,
        "there is no cell: \(capabilities.tiles) tiles of \(capabilities.rows) rows and "
          + "\(capabilities.columns) columns")
      try probe.expect(!capabilities.trainKinds.isEmpty, "the device fires no trains at all")
      try probe.expect(!capabilities.biasSchemes.isEmpty, "the device has no bias scheme")
      let shape = try capabilities.check(probe.train(probe.anyPattern))
      try probe.expect(
        shape == capabilities.nominalShape, "the nominal shape is changed by quantisation")
    },
    ConformanceCheck(
      "park-idempotent", "Parking costs no pulse, keeps states and counters, and may be repeated."
    ) { probe in
      try await probe.device.applyOnce(probe.train(probe.anyPattern))
      try await probe.expectNoPulse {
        await probe.device.park()
        await probe.device.park()
      }
      try await probe.applyAndCount(probe.train(probe.anyPattern))
    },
  ]
}

extension PulseDevice {
  fileprivate func applyOnce(_ train: PulseTrain) async throws { _ = try await apply(train) }
}
