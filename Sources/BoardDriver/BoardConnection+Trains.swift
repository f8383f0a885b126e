import BoardTransport
import DeviceContract
import WireProtocol

// Trains on their way.
extension BoardConnection {
  /// The number under which a pulse is set, which it is now if it was not.
  func profile(of shape: PulseShape) async throws(DeviceError) -> UInt8 {
    try await ensureSession()
    if let last = profiles.last, last.shape == shape { return last.number }
    if let place = profiles.firstIndex(where: { $0.shape == shape }) {
      let entry = profiles.remove(at: place)
      profiles.append(entry)
      return entry.number
    }
    let most = Int(hello?.profiles ?? 1)
    let number = profiles.count < most ? UInt8(profiles.count) : profiles.removeFirst().number
    let asked = try shape.wire(profile: number)
    let answer: Wire.ProfileSet = try await get("its pulse") { ValueRequest(asked, done: $0) }
    let isSame =
      (answer.amplitude, answer.width, answer.rise, answer.fall, answer.period, answer.compliance)
      == (asked.amplitude, asked.width, asked.rise, asked.fall, asked.period, asked.compliance)
    guard isSame else {
      throw .refused(
        "\(name): the board would fire \(answer.amplitude) uV for \(answer.width) ps where "
          + "\(asked.amplitude) uV for \(asked.width) ps were asked for, which its capabilities allow; "
          + "nothing was fired")
    }
    profiles.append((shape, number))
    return number
  }

  /// Fires trains; a cancel stops the one that runs.
  ///
  /// - Returns: what is known of them, and why it is not all.
  func fire(
    _ entries: [TrainsRequest.Entry], from number: UInt64
  ) async -> (results: [TrainsRequest.Result], failure: SessionFailure?) {
    guard session.isOpen, let hello else { return ([], .lost("there is no session")) }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        session.submit(
          TrainsRequest(
            entries, first: number, envelope: envelope, mostFrame: Int(hello.mostFrame)
          ) { request, failure in
            continuation.resume(returning: (request.results, failure))
          })
        wake()
      }
    } onCancel: {
      Task { await self.stop() }
    }
  }

  private func stop() {
    guard session.isOpen else { return }
    session.stop(at: MonotonicTime.now)
    wake()
  }
}
