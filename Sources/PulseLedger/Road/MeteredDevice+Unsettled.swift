import DeviceContract

extension MeteredDevice {
  /// A train that may have been fired, of which only the device's journal can tell.
  struct Unsettled {
    var number: UInt64
    var train: PulseTrain
  }

  /// Whether only the device's own journal can tell what a failed train has fired.
  func isUnsettled(_ error: DeviceError) -> Bool {
    journaled != nil && error.partial == nil && error.fired.upperBound > 0
  }

  /// Asks the device what became of trains whose intents are open, and settles them.
  ///
  /// The books of the campaign go on charging all that these could have fired.
  ///
  /// - Throws: what the device throws where it cannot be asked; the intents stay open then, and the next
  ///   connection settles them.
  func settleOpen() async throws(DeviceError) {
    guard !unsettled.isEmpty, let device = journaled else { return }
    while let first = unsettled.first {
      let answer = try await TrainOutcome.remembered(
        of: first.train, number: first.number, by: device)
      let outcome: TrainOutcome
      switch answer {
      case .outcome(let known): outcome = known
      case .forgotten:
        outcome = .assumed(first.train, because: "the device remembers no outcome of this train")
      case .otherTrain:
        throw DeviceError(
          code: .faulted,
          explanation:
            "the device was given another train under the number \(first.number); nothing was "
            + "fired. `tare ledger reconcile` says where it stands")
      }
      do {
        try await journal.settle([TrainSettlement(number: first.number, outcome: outcome)])
      } catch {
        throw DeviceError(
          code: .notRecorded,
          explanation:
            "the outcome of train \(first.number) could not be written down: \(error); nothing "
            + "more was fired")
      }
      unsettled.removeFirst()
    }
    // What these trains have fired is in the counts that the next one finds.
    odometer = try await device.history().pulses
  }
}
