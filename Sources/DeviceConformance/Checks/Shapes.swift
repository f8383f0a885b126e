import DeviceContract
import PhysicalUnits

extension ConformanceCheck {
  /// What was really used is reported.
  static let shapes = [
    ConformanceCheck(
      "quantisation-reported", "The receipt holds the shape after quantisation, not the one asked."
    ) { probe in
      let capabilities = probe.capabilities
      var train = probe.train(probe.anyPattern)
      train.shape.amplitude += capabilities.amplitude.step * 0.3
      let third = capabilities.width.step.picoseconds / 3
      train.shape.width = PulseWidth(picoseconds: train.shape.width.picoseconds + third)
      let expected = try capabilities.check(train)
      let receipt = try await probe.device.apply(train)
      try probe.expect(
        receipt.shape == expected,
        "asked \(train.shape.amplitude), \(train.shape.width); settable is "
          + "\(expected.amplitude), \(expected.width); the receipt says "
          + "\(receipt.shape.amplitude), \(receipt.shape.width)")
      try probe.expect(
        receipt.shape.amplitude != train.shape.amplitude, "an amplitude between steps was claimed")
    }
  ]
}
