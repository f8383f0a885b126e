import WireProtocol

/// What a line of a speed passes at most, from the sizes of frames.
enum LinkCeiling {
  /// Bytes of a frame with so many bytes of payload, where COBS adds as little as it can.
  static func frame(_ payload: Int) -> Int {
    let plain = payload + Wire.frameOverhead
    return plain + (plain + 253) / 254 + 1
  }

  /// Trains a second with an OUTCOME each, which need the line more than their commands do.
  static func toldApart(bytesPerSecond: Double) -> Double {
    let outcome = Wire.TrainOutcome(
      status: .fired, reason: .none, digest: 1, steps: 1, uncertainSteps: 0, up: 1, down: 0,
      uncertain: 0, duration: 1, energy: 1)
    let message = Wire.Outcome(first: 1, up: 1, down: 1, clock: 1, outcomes: [outcome])
    return bytesPerSecond / Double(frame(message.bytes.count))
  }

  /// Trains a second in CELLS of 255, which need the line more than their answers do.
  static func batches(bytesPerSecond: Double) -> Double {
    let cells = (0..<255).map { Wire.CellPulses(row: $0, column: 1, count: 1, digest: 1) }
    let message = Wire.Cells(
      first: 1, notAfter: 0, envelope: 1, isChained: 1, profile: 0, scheme: .halfVoltage, tile: 0,
      cells: cells)
    return bytesPerSecond / Double(frame(message.bytes.count)) * 255
  }
}
